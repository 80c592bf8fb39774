"""Colour adjustments, one amount per image, as TensorFlow's `tf.image.adjust_*` compute them.

With the largest channel V and the range of the channels C, a colour is that of its hue H, counted
in sixths of a circle from red:

    channel = V - C clip(min(k, 4 - k), 0, 1),  k = (n + H) mod 6,  n = 5, 3, 1 for red, green, blue
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int


def adjust_brightness(
    images: Float[Array, "b h w 3"], delta: Float[Array, " b"]
) -> Float[Array, "b h w 3"]:
    """Adds `delta` to every value."""
    return images + _per_image(delta)


def adjust_contrast(
    images: Float[Array, "b h w 3"], factor: Float[Array, " b"], boxes: Int[Array, "b 4"]
) -> Float[Array, "b h w 3"]:
    """Scales the distance from the mean m of each channel: factor (x - m) + m.

    Args:
        images: Canvases.
        factor: Contrast factor of each image.
        boxes: Box (y, x, height, width) of each image over which the mean is taken, pixels.
    """
    rows = _inside(boxes[:, 0], boxes[:, 2], images.shape[1])
    columns = _inside(boxes[:, 1], boxes[:, 3], images.shape[2])
    area = (boxes[:, 2] * boxes[:, 3])[:, None].astype(jnp.float32)
    sums = jnp.einsum("bhwc,bh,bw->bc", images, rows, columns, precision="highest")
    mean = (sums / area)[:, None, None, :]
    return (images - mean) * _per_image(factor) + mean


def adjust_saturation(
    images: Float[Array, "b h w 3"], factor: Float[Array, " b"]
) -> Float[Array, "b h w 3"]:
    """Replaces the saturation S = C / V by clip(factor S, 0, 1).

    Colours lie in [0, 1] for this formula. Where V is not positive, the saturation is 0 and the
    colour becomes grey.
    """
    value = images.max(axis=-1)
    chroma = value - images.min(axis=-1)
    positive = value > 0
    saturation = jnp.where(positive, chroma / jnp.where(positive, value, 1), 0)
    scaled = jnp.clip(saturation * factor[:, None, None], 0, 1)
    return _from_hue(_hue(images), scaled * value, value)


def adjust_hue(
    images: Float[Array, "b h w 3"], delta: Float[Array, " b"]
) -> Float[Array, "b h w 3"]:
    """Turns the hue by `delta` full circles; V and C stay as they are."""
    value = images.max(axis=-1)
    chroma = value - images.min(axis=-1)
    return _from_hue(_hue(images) + 6 * delta[:, None, None], chroma, value)


def _hue(images: Float[Array, "b h w 3"]) -> Float[Array, "b h w"]:
    """Returns the hue in sixths of a circle, from red; 0 for grey."""
    red, green, blue = jnp.moveaxis(images, -1, 0)
    value = images.max(axis=-1)
    chroma = value - images.min(axis=-1)
    sixths = jnp.select(
        [red == value, green == value], [green - blue, blue - red], default=red - green
    ) / jnp.where(chroma > 0, chroma, 1)
    return sixths + jnp.select([red == value, green == value], [0.0, 2.0], default=4.0)


def _from_hue(
    hue: Float[Array, "b h w"], chroma: Float[Array, "b h w"], value: Float[Array, "b h w"]
) -> Float[Array, "b h w 3"]:
    """Returns the colours of a hue, a range C and a largest channel V, by the formula above."""
    distance = (hue[..., None] + jnp.array([[[[5.0, 3.0, 1.0]]]])) % 6
    below = jnp.clip(jnp.minimum(distance, 4 - distance), 0, 1)
    return value[..., None] - chroma[..., None] * below


def _inside(
    offset: Int[Array, " b"], length: Int[Array, " b"], count: int
) -> Float[Array, "b {count}"]:
    """Returns 1 for the positions 0, …, count - 1 within offset, …, offset + length - 1, else 0."""
    position = jnp.arange(count)[None] - offset[:, None]
    return ((position >= 0) & (position < length[:, None])).astype(jnp.float32)


def _per_image(amount: Float[Array, " b"]) -> Float[Array, "b 1 1 1"]:
    return amount[:, None, None, None]
