"""Bilinear resampling of a box of an image, as `tf.image.resize` computes it by default.

Half-pixel centres, no antialiasing: output pixel i of S samples the box of n pixels at
(i + 0.5) n / S - 0.5, clamped to the box, and interpolates its two neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int


def whole_boxes(sizes: Int[Array, "b 2"]) -> Int[Array, "b 4"]:
    """The boxes (y, x, height, width) that hold images of these `sizes` entirely."""
    return jnp.concatenate([jnp.zeros_like(sizes), sizes], axis=1)


def resize(
    images: Float[Array, "b h w c"], boxes: Int[Array, "b 4"], image_size: int
) -> Float[Array, "b {image_size} {image_size} c"]:
    """Resample each box (y, x, height, width) of its image to a square of `image_size` pixels."""
    rows = _samples(boxes[:, 0], boxes[:, 2], image_size)
    columns = _samples(boxes[:, 1], boxes[:, 3], image_size)
    return jax.vmap(_interpolate, (0, 0, None))(
        jax.vmap(_interpolate, (0, 0, None))(images, rows, 0), columns, 1
    )


def _samples(offset: Int[Array, " b"], length: Int[Array, " b"], count: int) -> tuple[Array, ...]:
    """Lower and upper neighbour and the weight of the upper one, each (b, count)."""
    length = length[:, None]
    scale = length.astype(jnp.float32) / count
    position = jnp.clip((jnp.arange(count) + 0.5) * scale - 0.5, 0, length - 1)
    lower = position.astype(jnp.int32)
    upper = jnp.minimum(lower + 1, length - 1)
    return offset[:, None] + lower, offset[:, None] + upper, position - lower


def _interpolate(image: Array, samples: tuple[Array, ...], axis: int) -> Array:
    lower, upper, weight = samples
    low = jnp.take(image, lower, axis=axis, mode="clip")
    high = jnp.take(image, upper, axis=axis, mode="clip")
    weight = weight.reshape([-1 if i == axis else 1 for i in range(image.ndim)])
    return low + (high - low) * weight
