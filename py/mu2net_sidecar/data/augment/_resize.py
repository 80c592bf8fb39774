"""Bilinear resampling of a box of an image, as `tf.image.resize` computes it by default.

With half-pixel centres and without antialiasing, output pixel i of S samples a box of n pixels at

    p = clip((i + 1/2) n / S - 1/2, 0, n - 1)

and interpolates between the pixels l = floor(p) and min(l + 1, n - 1) with weight p - l.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int, Num

    Samples = tuple[Int[Array, "b s"], Int[Array, "b s"], Float[Array, "b s"]]


def whole_boxes(sizes: Int[Array, "b 2"]) -> Int[Array, "b 4"]:
    """Returns the boxes (y, x, height, width) around whole images of these sizes, pixels."""
    return jnp.concatenate([jnp.zeros_like(sizes), sizes], axis=1)


def resize(
    images: Float[Array, "b h w c"], boxes: Int[Array, "b 4"], image_size: int
) -> Float[Array, "b {image_size} {image_size} c"]:
    """Resamples a box of each image to a square.

    Args:
        images: Canvases.
        boxes: Box (y, x, height, width) of each image, pixels.
        image_size: Side of the square, pixels.
    """
    rows = _samples(boxes[:, 0], boxes[:, 2], image_size)
    columns = _samples(boxes[:, 1], boxes[:, 3], image_size)
    return jax.vmap(_interpolate, (0, 0, None))(
        jax.vmap(_interpolate, (0, 0, None))(images, rows, 0), columns, 1
    )


def _samples(offset: Int[Array, " b"], length: Int[Array, " b"], count: int) -> Samples:
    """Returns lower and upper neighbour and weight of the upper one, for each output pixel."""
    last = length[:, None] - 1
    scale = length[:, None].astype(jnp.float32) / count
    centres = jnp.arange(count, dtype=jnp.float32)[None] + 0.5
    position = jnp.clip(centres * scale - 0.5, 0, last.astype(jnp.float32))
    lower = position.astype(jnp.int32)
    upper = jnp.minimum(lower + 1, last)
    weight = position - lower.astype(jnp.float32)
    return offset[:, None] + lower, offset[:, None] + upper, weight


def _interpolate(
    image: Float[Array, "h w c"], samples: tuple[Num[Array, " s"], ...], axis: int
) -> Float[Array, "h2 w2 c"]:
    lower, upper, weight = samples
    low = jnp.take(image, lower, axis=axis, mode="clip")
    high = jnp.take(image, upper, axis=axis, mode="clip")
    weight = weight.reshape([-1 if i == axis else 1 for i in range(image.ndim)])
    return low + (high - low) * weight
