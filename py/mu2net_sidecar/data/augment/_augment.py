"""Augmentation of a training batch on the device (method §6)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp

from mu2net_sidecar.data.augment._colour import (
    adjust_brightness,
    adjust_contrast,
    adjust_hue,
    adjust_saturation,
)
from mu2net_sidecar.data.augment._crop import random_boxes
from mu2net_sidecar.data.augment._preprocess import normalise
from mu2net_sidecar.data.augment._quality import random_quality
from mu2net_sidecar.data.augment._resize import resize, whole_boxes

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from jaxtyping import Array, Bool, Float, Int, Key, Scalar, UInt8

    from mu2net_sidecar.data.augment._augmentation import Augmentation


def augment(
    key: Key[Array, ""],
    pixels: UInt8[Array | np.ndarray, "b h w c"],
    sizes: Int[Array | np.ndarray, "b 2"],
    augmentation: Augmentation,
    *,
    image_size: int,
) -> Float[Array, "b {image_size} {image_size} 3"]:
    """Returns images as a model sees them in training, values in [-1, 1].

    In order: JPEG quality, crop, brightness, contrast, saturation, hue, resize, clip, flip. Values
    are normalised before the colours, or after them where `normalise_first` is off. Programs are
    compiled per shape alone.

    Args:
        key: Key of the batch's draws.
        pixels: Canvases; c is 1 or 3.
        sizes: True height and width of each image on its canvas, pixels.
        augmentation: The hyperparameters, as `Augmentation.as_arrays` returns them.
        image_size: Side of the square that the model sees, pixels.
    """
    if augmentation.quality_delta > 0:
        quality_key = jax.random.fold_in(key, 6)
        pixels = random_quality(quality_key, pixels, sizes, augmentation.quality_delta)
    return vary(key, pixels, sizes, augmentation, image_size=image_size)


class _Adjustment(NamedTuple):
    """A change of colour by an amount uniform in [centre - delta, centre + delta].

    Attributes:
        adjust: Changes images by one amount each.
        delta: Largest distance of an amount from the centre; 0 changes nothing.
        centre: Amount that changes nothing.
    """

    adjust: Callable[[Float[Array, "b h w 3"], Float[Array, " b"]], Float[Array, "b h w 3"]]
    delta: float | Array
    centre: float


@partial(jax.jit, static_argnames="image_size")
def vary(
    key: Key[Array, ""],
    pixels: UInt8[Array, "b h w c"],
    sizes: Int[Array, "b 2"],
    augmentation: Augmentation,
    *,
    image_size: int,
) -> Float[Array, "b {image_size} {image_size} 3"]:
    """Returns images as `augment` does, without the loss of JPEG quality.

    A crop is a box that the later steps take into account. The flip commutes with all other steps,
    so it comes last, on the smaller image. Every hyperparameter is traced.

    Args:
        key: Key of the batch's draws.
        pixels: Canvases; c is 1 or 3.
        sizes: True height and width of each image on its canvas, pixels.
        augmentation: The hyperparameters, as `Augmentation.as_arrays` returns them.
        image_size: Side of the square that the model sees, pixels.
    """
    crop_key, flip_key, *colour_keys = jax.random.split(key, 6)
    boxes = _boxes(crop_key, sizes, augmentation)
    adjustments = (
        _Adjustment(adjust_brightness, augmentation.brightness_delta, 0),
        _Adjustment(partial(adjust_contrast, boxes=boxes), augmentation.contrast_delta, 1),
        _Adjustment(adjust_saturation, augmentation.saturation_delta, 1),
        _Adjustment(adjust_hue, augmentation.hue_delta, 0),
    )
    normalise_first = jnp.asarray(augmentation.normalise_first)

    def vary_colours() -> Float[Array, "b s s 3"]:
        images = normalise(pixels)
        images = jnp.where(normalise_first, images, (images + 1) / 2)
        for colour_key, adjustment in zip(colour_keys, adjustments, strict=True):
            images = _vary_colour(colour_key, images, adjustment, normalise_first)
        images = jnp.where(normalise_first, images, 2 * images - 1)
        return resize(images, boxes, image_size)

    # As a branch of its own, plain resizing needs no floats for the whole canvases.
    resized = jax.lax.cond(
        jnp.any(jnp.array([each.delta for each in adjustments]) > 0),
        vary_colours,
        lambda: resize(normalise(pixels), boxes, image_size),
    )
    resized = jnp.clip(resized, -1, 1)
    flips = augmentation.flip_left_right & jax.random.bernoulli(flip_key, 0.5, (len(sizes),))
    return jnp.where(flips[:, None, None, None], resized[:, :, ::-1], resized)


def _boxes(
    key: Key[Array, ""], sizes: Int[Array, "b 2"], augmentation: Augmentation
) -> Int[Array, "b 4"]:
    """Returns random crops, or boxes around the whole images where crops are off."""
    return jax.lax.cond(
        augmentation.crop & (augmentation.area_range_min < 1),
        lambda: random_boxes(
            key, sizes, augmentation.area_range_min, augmentation.aspect_ratio_range_min
        ),
        lambda: whole_boxes(sizes),
    )


def _vary_colour(
    key: Key[Array, ""],
    images: Float[Array, "b h w 3"],
    adjustment: _Adjustment,
    normalise_first: Bool[Scalar, ""],
) -> Float[Array, "b h w 3"]:
    """Changes each image by an amount of its own.

    Where `normalise_first` is off, the values are bytes / 255 and are rounded to such again, as
    TensorFlow converts them: floor(clip(255.5 x, 0, 255)) / 255.
    """
    adjust, delta, centre = adjustment

    def change() -> Float[Array, "b h w 3"]:
        amounts = jax.random.uniform(
            key, (len(images),), minval=centre - delta, maxval=centre + delta
        )
        changed = adjust(images, amounts)
        as_bytes = jnp.floor(jnp.clip(changed * 255.5, 0, 255)) / 255
        return jnp.where(normalise_first, changed, as_bytes)

    return jax.lax.cond(delta > 0, change, lambda: images)
