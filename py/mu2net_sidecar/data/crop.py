"""Random crops, drawn as TensorFlow's `sample_distorted_bounding_box` does without an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from mu2net_sidecar.data.resize import whole_boxes

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int

ATTEMPTS = 100
"""Boxes tried for an image before it is left whole."""


def random_boxes(
    key: Array,
    sizes: Int[Array, "b 2"],
    area_min: float | Array,
    aspect_min: float | Array,
) -> Int[Array, "b 4"]:
    """A box (y, x, height, width) of integers in each image.

    Its aspect ratio, width / height, is uniform in [aspect_min, 1 / aspect_min]; its height is
    uniform among those that give an area of area_min to 1 of the image and fit in it; its place is
    uniform. Of `ATTEMPTS` drawn at once the first that keeps to the bounds after rounding is taken.

    Args:
        key: Key of the draws.
        sizes: Height and width of each image, pixels.
        area_min: Smallest area, as a fraction of the image.
        aspect_min: Smallest aspect ratio, at most 1.
    """
    aspect_key, height_key, y_key, x_key = jax.random.split(key, 4)
    height, width = sizes[:, :1], sizes[:, 1:]
    aspect = jax.random.uniform(
        aspect_key, (len(sizes), ATTEMPTS), minval=aspect_min, maxval=1 / aspect_min
    )
    box_height, box_width, fits = _draw(height_key, height, width, area_min, aspect)
    first = jnp.argmax(fits, axis=1, keepdims=True)
    box_height, box_width, fits = (
        jnp.take_along_axis(drawn, first, axis=1) for drawn in (box_height, box_width, fits)
    )
    y = _place(y_key, height, box_height)
    x = _place(x_key, width, box_width)
    boxes = jnp.concatenate([y, x, box_height, box_width], axis=1)
    return jnp.where(fits, boxes, whole_boxes(sizes))


def _draw(
    key: Array,
    height: Int[Array, "b 1"],
    width: Int[Array, "b 1"],
    area_min: float | Array,
    aspect: Float[Array, "b k"],
) -> tuple[Int[Array, "b k"], Int[Array, "b k"], Array]:
    """Height and width of a box of each aspect ratio, and whether it keeps to the bounds."""
    max_area = (height * width).astype(jnp.float32)
    min_area = area_min * max_area

    def width_of(box_height: Array) -> Array:
        return _round(box_height * aspect)

    highest = _round(jnp.sqrt(max_area / aspect))
    widest = ((width + 0.5) / aspect).astype(jnp.int32)
    highest = jnp.where(width_of(highest) > width, widest, highest)
    highest = jnp.minimum(highest, height)
    lowest = jnp.minimum(_round(jnp.sqrt(min_area / aspect)), highest)
    box_height = jax.random.randint(key, aspect.shape, lowest, highest + 1)
    # Rounding may leave the area just outside of its bounds: one pixel of height mends it.
    box_height += box_height * width_of(box_height) < min_area
    box_height -= box_height * width_of(box_height) > max_area
    box_width = width_of(box_height)
    area = box_height * box_width
    fits = (area >= min_area) & (area <= max_area) & (area > 0)
    return box_height, box_width, fits & (box_height <= height) & (box_width <= width)


def _place(key: Array, length: Int[Array, "b 1"], box_length: Int[Array, "b 1"]) -> Array:
    """A uniform offset; like TensorFlow's, it never puts a smaller box at the very end."""
    return jax.random.randint(key, length.shape, 0, jnp.maximum(length - box_length, 1))


def _round(values: Array) -> Array:
    return jnp.rint(values).astype(jnp.int32)
