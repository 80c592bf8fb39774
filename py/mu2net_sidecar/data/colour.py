"""Colour adjustments, one amount per image, as TensorFlow's `tf.image.adjust_*` compute them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int


def adjust_brightness(
    images: Float[Array, "b h w 3"], delta: Float[Array, " b"]
) -> Float[Array, "b h w 3"]:
    """Add `delta` to every value."""
    return images + _per_image(delta)


def adjust_contrast(
    images: Float[Array, "b h w 3"], factor: Float[Array, " b"], boxes: Int[Array, "b 4"]
) -> Float[Array, "b h w 3"]:
    """Scale the distance from each channel's mean over the box (y, x, height, width)."""
    rows = _inside(boxes[:, 0], boxes[:, 2], images.shape[1])
    columns = _inside(boxes[:, 1], boxes[:, 3], images.shape[2])
    area = (boxes[:, 2] * boxes[:, 3])[:, None]
    mean = (jnp.einsum("bhwc,bh,bw->bc", images, rows, columns, precision="highest") / area)[
        :, None, None, :
    ]
    return (images - mean) * _per_image(factor) + mean


def adjust_saturation(
    images: Float[Array, "b h w 3"], factor: Float[Array, " b"]
) -> Float[Array, "b h w 3"]:
    """Multiply the saturation by `factor`, clipped to [0, 1].

    Saturation is that of colours in [0, 1]: a colour whose largest channel is not positive has
    none, and becomes grey.
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
    """Turn the hue by `delta` full circles; the largest and smallest channel keep their value."""
    value = images.max(axis=-1)
    chroma = value - images.min(axis=-1)
    return _from_hue(_hue(images) + 6 * delta[:, None, None], chroma, value)


def _hue(images: Float[Array, "b h w 3"]) -> Float[Array, "b h w"]:
    """Hue in sixths of a circle, from red; 0 for grey."""
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
    """RGB of a hue in sixths of a circle, the range of the channels and the largest of them."""
    distance = (hue[..., None] + jnp.array([5.0, 3.0, 1.0])) % 6
    below = jnp.clip(jnp.minimum(distance, 4 - distance), 0, 1)
    return value[..., None] - chroma[..., None] * below


def _inside(
    offset: Int[Array, " b"], length: Int[Array, " b"], count: int
) -> Float[Array, "b {count}"]:
    position = jnp.arange(count) - offset[:, None]
    return ((position >= 0) & (position < length[:, None])).astype(jnp.float32)


def _per_image(amount: Float[Array, " b"]) -> Float[Array, "b 1 1 1"]:
    return amount[:, None, None, None]
