"""Augmentation of a training batch on the device (method §6)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.data.colour import (
    adjust_brightness,
    adjust_contrast,
    adjust_hue,
    adjust_saturation,
)
from mu2net_sidecar.data.crop import random_boxes
from mu2net_sidecar.data.preprocess import normalise
from mu2net_sidecar.data.quality import random_quality
from mu2net_sidecar.data.resize import resize, whole_boxes

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Array, Float, Int, UInt8


SWITCHES = frozenset(("crop", "flip_left_right", "normalise_first"))


class Augmentation(NamedTuple):
    """How training images are varied; the data hyperparameters `ds_*` of a generation.

    Attributes:
        crop: Whether to crop at random.
        area_range_min: Smallest area of a crop, as a fraction of the image; 1 turns crops off.
        aspect_ratio_range_min: Smallest a of the aspect ratio of a crop, which lies in [a, 1/a].
        flip_left_right: Whether to mirror every other image, at random.
        brightness_delta: Largest shift of the values, which lie in [-1, 1] or are bytes over 255.
        contrast_delta: Largest departure of the contrast factor from 1.
        saturation_delta: Largest departure of the saturation factor from 1.
        hue_delta: Largest turn of the hue, in full circles.
        quality_delta: Largest loss of JPEG quality, as a fraction of 100.
        normalise_first: Whether colours vary as values in [-1, 1] (µ2Net) or as bytes, which each
            change rounds again (µ2Net+).
    """

    crop: bool | Array
    area_range_min: float | Array
    aspect_ratio_range_min: float | Array
    flip_left_right: bool | Array
    brightness_delta: float | Array
    contrast_delta: float | Array
    saturation_delta: float | Array
    hue_delta: float | Array
    quality_delta: float = 0
    normalise_first: bool | Array = True

    @property
    def varies(self) -> bool:
        """Whether an image may look different from one time to the next."""
        deltas = (value for name, value in self._asdict().items() if name.endswith("_delta"))
        crops = self.crop and self.area_range_min < 1
        return bool(crops or self.flip_left_right or any(delta > 0 for delta in deltas))

    def traced(self) -> Augmentation:
        """The same values as arrays, of types that do not depend on how they were written.

        The loss of quality stays a number: whether there is any decides what runs.
        """
        values = {
            name: jnp.asarray(value, bool if name in SWITCHES else jnp.float32)
            for name, value in self._asdict().items()
        }
        return self._replace(**values | {"quality_delta": float(self.quality_delta)})


def augment(
    key: Array,
    pixels: UInt8[Array | np.ndarray, "b h w c"],
    sizes: Int[Array | np.ndarray, "b 2"],
    augmentation: Augmentation,
    image_size: int,
) -> Float[Array, "b {image_size} {image_size} 3"]:
    """Images as a model sees them in training, values in [-1, 1].

    JPEG quality, crop, flip, brightness, contrast, saturation, hue, resize, clip; normalised before
    the colours or after the size. Programs are compiled per shape alone.

    Args:
        key: Key of the batch's draws.
        pixels: Canvases; C is 1 or 3.
        sizes: True height and width of each image on its canvas, pixels.
        augmentation: As of `Augmentation.traced`.
        image_size: Side of the square that the model sees, pixels.
    """
    if augmentation.quality_delta > 0:
        quality_key = jax.random.fold_in(key, 6)
        pixels = random_quality(quality_key, pixels, sizes, augmentation.quality_delta)
    return varied(key, pixels, sizes, augmentation, image_size)


@partial(jax.jit, static_argnames="image_size")
def varied(
    key: Array,
    pixels: UInt8[Array, "b h w c"],
    sizes: Int[Array, "b 2"],
    augmentation: Augmentation,
    image_size: int,
) -> Float[Array, "b {image_size} {image_size} 3"]:
    """Images as `augment` gives them but for the loss of quality.

    The crop is a box that the later steps respect, and the flip, which they all commute with, is
    done at the end on the smaller image. Every hyperparameter is traced.
    """
    crop_key, flip_key, *colour_keys = jax.random.split(key, 6)
    boxes = jax.lax.cond(
        augmentation.crop & (augmentation.area_range_min < 1),
        lambda: random_boxes(
            crop_key, sizes, augmentation.area_range_min, augmentation.aspect_ratio_range_min
        ),
        lambda: whole_boxes(sizes),
    )
    adjustments = (
        (adjust_brightness, augmentation.brightness_delta, 0),
        (partial(adjust_contrast, boxes=boxes), augmentation.contrast_delta, 1),
        (adjust_saturation, augmentation.saturation_delta, 1),
        (adjust_hue, augmentation.hue_delta, 0),
    )

    normalise_first = augmentation.normalise_first

    def with_colours() -> Array:
        images = normalise(pixels)
        images = jnp.where(normalise_first, images, (images + 1) / 2)
        for colour_key, adjustment in zip(colour_keys, adjustments, strict=True):
            images = _vary(colour_key, images, *adjustment, normalise_first)
        images = jnp.where(normalise_first, images, 2 * images - 1)
        return resize(images, boxes, image_size)

    # A branch of its own lets XLA resample the bytes, without values for the whole canvases.
    resized = jax.lax.cond(
        jnp.any(jnp.array([delta for _, delta, _ in adjustments]) > 0),
        with_colours,
        lambda: resize(normalise(pixels), boxes, image_size),
    )
    resized = jnp.clip(resized, -1, 1)
    flipped = augmentation.flip_left_right & jax.random.bernoulli(flip_key, 0.5, (len(sizes),))
    return jnp.where(flipped[:, None, None, None], resized[:, :, ::-1], resized)


def _vary(
    key: Array,
    images: Float[Array, "b h w 3"],
    adjust: Callable[[Array, Array], Array],
    delta: float | Array,
    centre: float,
    normalise_first: bool | Array,
) -> Float[Array, "b h w 3"]:
    """Adjust each image by an amount uniform in centre ± delta; a delta of 0 changes nothing.

    What is not normalised are bytes over 255, and becomes so again as TensorFlow converts it.
    """

    def varied() -> Array:
        amounts = jax.random.uniform(
            key, (len(images),), minval=centre - delta, maxval=centre + delta
        )
        adjusted = adjust(images, amounts)
        as_bytes = jnp.floor(jnp.clip(adjusted * 255.5, 0, 255)) / 255
        return jnp.where(normalise_first, adjusted, as_bytes)

    return jax.lax.cond(delta > 0, varied, lambda: images)
