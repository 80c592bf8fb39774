"""Bilinear resampling of a box of an image, as `tf.image.resize` computes it by default.

With half-pixel centres and without antialiasing, output pixel i of S samples a box of n pixels at

    p = clip((i + 1/2) n / S - 1/2, 0, n - 1)

and interpolates between the pixels l = floor(p) and min(l + 1, n - 1) with weight p - l.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Float32, Int, Num

    AnyArray = Array | np.ndarray
    Samples = tuple[Int[AnyArray, "b s"], Int[AnyArray, "b s"], Float[AnyArray, "b s"]]


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
    interpolate = jax.vmap(_interpolate, (0, 0, None))
    return jnp.asarray(interpolate(interpolate(images, rows, 0), columns, 1))


def resize_on_host(
    image: Float32[np.ndarray, "h w c"], image_size: int
) -> Float32[np.ndarray, "{image_size} {image_size} c"]:
    """Resamples a whole image to a square, without a program that is compiled for its size.

    Args:
        image: Pixels.
        image_size: Side of the square, pixels.
    """
    offset = np.zeros(2, np.int32)
    length = np.array(image.shape[:2], np.int32)
    rows, columns = zip(*_samples(offset, length, image_size, np), strict=True)
    wide = _interpolate(image, rows, 0, np)
    return np.asarray(_interpolate(wide, columns, 1, np))


def _samples(
    offset: Int[AnyArray, " b"], length: Int[AnyArray, " b"], count: int, xp: ModuleType = jnp
) -> Samples:
    """Returns lower and upper neighbour and weight of the upper one, for each output pixel."""
    last = length[:, None] - 1
    scale = length[:, None].astype(xp.float32) / count
    centres = xp.arange(count, dtype=xp.float32)[None] + 0.5
    position = xp.clip(centres * scale - 0.5, 0, last.astype(xp.float32))
    lower = position.astype(xp.int32)
    upper = xp.minimum(lower + 1, last)
    weight = position - lower.astype(xp.float32)
    return offset[:, None] + lower, offset[:, None] + upper, weight


def _interpolate(
    image: Float[AnyArray, "h w c"],
    samples: tuple[Num[AnyArray, " s"], ...],
    axis: int,
    xp: ModuleType = jnp,
) -> Float[AnyArray, "h2 w2 c"]:
    lower, upper, weight = samples
    low = xp.take(image, lower, axis=axis, mode="clip")
    high = xp.take(image, upper, axis=axis, mode="clip")
    weight = weight.reshape([-1 if i == axis else 1 for i in range(image.ndim)])
    return low + (high - low) * weight
