"""From stored bytes to what a model sees, without augmentation (method §6)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.data.augment._resize import resize, resize_on_host, whole_boxes

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Float32, Int, UInt8


def normalise(pixels: UInt8[Array, "b h w c"]) -> Float[Array, "b h w 3"]:
    """Returns bytes x as x / 127.5 - 1, in [-1, 1]; grey becomes three equal channels."""
    values = pixels.astype(jnp.float32) / 127.5 - 1
    return jnp.broadcast_to(values, (*values.shape[:3], 3))


@partial(jax.jit, static_argnames="image_size")
def preprocess(
    pixels: UInt8[Array, "b h w c"], sizes: Int[Array, "b 2"], image_size: int
) -> Float[Array, "b {image_size} {image_size} 3"]:
    """Returns images resized and normalised, values in [-1, 1].

    Args:
        pixels: Canvases; c is 1 or 3.
        sizes: True height and width of each image on its canvas, pixels.
        image_size: Side of the square that the model sees, pixels.
    """
    return jnp.clip(resize(normalise(pixels), whole_boxes(sizes), image_size), -1, 1)


def preprocess_on_host(
    pixels: UInt8[np.ndarray, "h w c"], image_size: int
) -> Float32[np.ndarray, "{image_size} {image_size} 3"]:
    """Returns an image as `preprocess` does, without a program that is compiled for its size.

    Args:
        pixels: Bytes; c is 1 or 3.
        image_size: Side of the square that the model sees, pixels.
    """
    resized = resize_on_host(pixels.astype(np.float32) / np.float32(127.5) - 1, image_size)
    return np.broadcast_to(np.clip(resized, -1, 1), (image_size, image_size, 3))
