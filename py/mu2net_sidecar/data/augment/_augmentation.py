"""The data hyperparameters of a generation: how training images are varied (method §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp

if TYPE_CHECKING:
    from jaxtyping import Array

_SWITCHES = frozenset(("crop", "flip_left_right", "normalise_first"))


class Augmentation(NamedTuple):
    """How training images are varied; the data hyperparameters `ds_*` of the papers.

    Attributes:
        crop: Whether to crop at random.
        area_range_min: Smallest area of a crop, as a fraction of the image; 1 turns crops off.
        aspect_ratio_range_min: Smallest aspect ratio a of a crop, which lies in [a, 1/a].
        flip_left_right: Whether to mirror each image with probability 1/2.
        brightness_delta: Largest shift of the values, in units of the range [0, 1] or [-1, 1].
        contrast_delta: Largest distance of the contrast factor from 1.
        saturation_delta: Largest distance of the saturation factor from 1.
        hue_delta: Largest turn of the hue, in full circles.
        quality_delta: Largest loss of JPEG quality, as a fraction of 100.
        normalise_first: Whether colours vary as values in [-1, 1] (µ2Net), or as bytes that are
            rounded again after each change (µ2Net+).
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

    def as_arrays(self) -> Augmentation:
        """Returns the same values as arrays of fixed types, so that no value compiles anew.

        `quality_delta` stays a number, because whether it is 0 decides which program runs.
        """
        values = {
            name: jnp.asarray(value, bool if name in _SWITCHES else jnp.float32)
            for name, value in self._asdict().items()
        }
        return self._replace(**values | {"quality_delta": float(self.quality_delta)})
