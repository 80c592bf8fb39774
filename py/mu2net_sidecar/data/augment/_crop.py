"""Random crops, drawn as TensorFlow's `sample_distorted_bounding_box` does without an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from mu2net_sidecar.data.augment._resize import whole_boxes

if TYPE_CHECKING:
    from jaxtyping import Array, Bool, Float, Int, Key

ATTEMPTS = 100
"""Number of boxes drawn for an image before it is left whole."""


def random_boxes(
    key: Key[Array, ""],
    sizes: Int[Array, "b 2"],
    area_min: float | Array,
    aspect_min: float | Array,
) -> Int[Array, "b 4"]:
    """Draws a box (y, x, height, width) in each image, pixels.

    The aspect ratio r = width / height is uniform in [aspect_min, 1 / aspect_min]. The height is
    uniform between sqrt(area_min A / r) and sqrt(A / r), where A is the area of the image, as far
    as the box fits. The place is uniform. `ATTEMPTS` boxes are drawn at
    once; the first one that keeps to the bounds after rounding is returned.

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
    box_height, box_width, fits = _draw(height_key, sizes, area_min, aspect)
    first = jnp.argmax(fits, axis=1, keepdims=True)
    box_height, box_width, fits = (
        jnp.take_along_axis(draws, first, axis=1) for draws in (box_height, box_width, fits)
    )
    y = _place(y_key, height, box_height)
    x = _place(x_key, width, box_width)
    boxes = jnp.concatenate([y, x, box_height, box_width], axis=1)
    return jnp.where(fits, boxes, whole_boxes(sizes))


def _draw(
    key: Key[Array, ""],
    sizes: Int[Array, "b 2"],
    area_min: float | Array,
    aspect: Float[Array, "b k"],
) -> tuple[Int[Array, "b k"], Int[Array, "b k"], Bool[Array, "b k"]]:
    """Returns height and width of a box per aspect ratio, and whether it keeps to the bounds."""
    height, width = sizes[:, :1], sizes[:, 1:]
    max_area = (height * width).astype(jnp.float32)
    min_area = area_min * max_area

    def width_of(box_height: Int[Array, "b k"]) -> Int[Array, "b k"]:
        return _round(box_height.astype(jnp.float32) * aspect)

    def area_of(box_height: Int[Array, "b k"]) -> Float[Array, "b k"]:
        return (box_height * width_of(box_height)).astype(jnp.float32)

    highest = _round(jnp.sqrt(max_area / aspect))
    widest = ((width.astype(jnp.float32) + 0.5) / aspect).astype(jnp.int32)
    highest = jnp.where(width_of(highest) > width, widest, highest)
    highest = jnp.minimum(highest, height)
    lowest = jnp.minimum(_round(jnp.sqrt(min_area / aspect)), highest)
    box_height = jax.random.randint(key, aspect.shape, lowest, highest + 1)
    # Rounding may leave the area just outside the bounds: one pixel of height corrects it.
    box_height += (area_of(box_height) < min_area).astype(jnp.int32)
    box_height -= (area_of(box_height) > max_area).astype(jnp.int32)
    box_width = width_of(box_height)
    area = area_of(box_height)
    fits = (area >= min_area) & (area <= max_area) & (area > 0)
    return box_height, box_width, fits & (box_height <= height) & (box_width <= width)


def _place(
    key: Key[Array, ""], length: Int[Array, "b 1"], box_length: Int[Array, "b 1"]
) -> Int[Array, "b 1"]:
    """Draws a uniform offset; as in TensorFlow, a smaller box never lies at the very end."""
    return jax.random.randint(key, length.shape, 0, jnp.maximum(length - box_length, 1))


def _round(values: Float[Array, "b k"]) -> Int[Array, "b k"]:
    return jnp.rint(values).astype(jnp.int32)
