"""Distortion of images for pretraining: turned, bent, thickened, recoloured."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Array, Float, Key

KNOTS = 5
"""Points along a side at which a bend is drawn; between them it is smooth."""


class Distortion(NamedTuple):
    """How far images are distorted.

    Attributes:
        warp: Strength of turning, shearing, scaling, shifting and bending, and of thinner or
            thicker strokes, in [0, 1]; 0 leaves shapes as they are.
        recolour: Probability that an image gets two random colours in place of black and white.
    """

    warp: float | Array = 0.0
    recolour: float | Array = 0.0


@jax.jit
def distort(
    key: Key[Array, ""], images: Float[Array, "b s s 3"], distortion: Distortion
) -> Float[Array, "b s s 3"]:
    """Returns each image distorted in its own way; values stay in [-1, 1].

    Args:
        key: Key of the batch's draws.
        images: Values in [-1, 1].
        distortion: How far; traced.
    """
    pen_key, warp_key, colour_key = jax.random.split(key, 3)
    shaped = _bend(warp_key, _thicken(pen_key, images, distortion.warp), distortion.warp)
    return _recolour(colour_key, shaped, distortion.recolour)


def _thicken(
    key: Key[Array, ""], images: Float[Array, "b s s 3"], strength: float | Array
) -> Float[Array, "b s s 3"]:
    """Mixes each image with its brightest or darkest neighbours."""
    amount = strength * jax.random.uniform(key, (len(images), 1, 1, 1), minval=-0.6, maxval=1)
    brighter, darker = (_neighbours(images, pick) for pick in (jnp.maximum, jnp.minimum))
    return images + jnp.where(amount > 0, brighter - images, images - darker) * amount


def _neighbours(images: Array, pick: Callable[[Array, Array], Array]) -> Array:
    """Returns the extreme of each pixel and its eight neighbours."""
    for axis in (1, 2):
        padded = jnp.pad(images, [(1, 1) if each == axis else (0, 0) for each in range(4)], "edge")
        side = images.shape[axis]
        first, middle, last = (
            jax.lax.slice_in_dim(padded, start, start + side, axis=axis) for start in range(3)
        )
        images = pick(pick(first, middle), last)
    return images


def _bend(
    key: Key[Array, ""], images: Float[Array, "b s s 3"], strength: float | Array
) -> Float[Array, "b s s 3"]:
    """Moves pixels by a random affine map and a random smooth displacement."""
    batch, side = images.shape[:2]
    keys = jax.random.split(key, 5)

    def draw(nth: int, most: float, *shape: int) -> Array:
        return strength * most * jax.random.uniform(keys[nth], (batch, *shape), minval=-1, maxval=1)

    angle, shear = draw(0, 0.35), draw(1, 0.4)
    scale = jnp.exp(draw(2, 0.3, 2))
    shift = side * draw(3, 0.12, 2)
    bends = side * strength * 0.045 * jax.random.normal(keys[4], (batch, 2, KNOTS, KNOTS))
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    turn = jnp.stack([cos, -sin, sin, cos], -1).reshape(batch, 2, 2)
    skew = jnp.stack([jnp.ones(batch), jnp.zeros(batch), shear, jnp.ones(batch)], -1)
    matrix = turn @ skew.reshape(batch, 2, 2) * scale[:, None, :]
    centre = (side - 1) / 2
    axis = np.arange(side, dtype=np.float32) - np.float32(centre)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"))
    spread = _spread(side)
    smooth = jnp.einsum("yk,bckl,xl->bcyx", spread, bends, spread)
    moved = jnp.einsum("bij,jyx->biyx", matrix, grid) + shift[:, :, None, None] + smooth + centre
    return jax.vmap(_sample)(images, moved)


def _spread(side: int) -> np.ndarray:
    """Returns the matrix that spreads values at the knots smoothly over a side."""
    distance = np.linspace(0, KNOTS - 1, side)[:, None] - np.arange(KNOTS)[None]
    weights = np.exp(-(distance**2) / 0.9)
    return (weights / weights.sum(1, keepdims=True)).astype(np.float32)


def _sample(image: Float[Array, "s s 3"], positions: Float[Array, "2 s s"]) -> Array:
    """Samples an image bilinearly; beyond its border its edge continues."""
    last = image.shape[0] - 1
    y, x = jnp.clip(positions, 0, last)
    top, left = (jnp.minimum(each.astype(jnp.int32), last - 1) for each in (y, x))
    dy, dx = ((each - low.astype(each.dtype))[..., None] for each, low in ((y, top), (x, left)))
    flat = image.reshape(-1, image.shape[-1])
    corner = partial(jnp.take, flat, axis=0, mode="clip")
    start = top * image.shape[0] + left
    above = corner(start) * (1 - dx) + corner(start + 1) * dx
    below = corner(start + last + 1) * (1 - dx) + corner(start + last + 2) * dx
    return above * (1 - dy) + below * dy


def _recolour(
    key: Key[Array, ""], images: Float[Array, "b s s 3"], probability: float | Array
) -> Float[Array, "b s s 3"]:
    """Gives some images two random colours that differ in brightness by at least a half."""
    which, dark_key, light_key, swap_key = jax.random.split(key, 4)
    shape = (len(images), 1, 1, 3)
    dark = jax.random.uniform(dark_key, shape, minval=-1, maxval=-0.25)
    light = jax.random.uniform(light_key, shape, minval=0.25, maxval=1)
    swapped = jax.random.bernoulli(swap_key, 0.5, (len(images), 1, 1, 1))
    low, high = jnp.where(swapped, light, dark), jnp.where(swapped, dark, light)
    coloured = low + (high - low) * (images + 1) / 2
    chosen = jax.random.bernoulli(which, probability, (len(images), 1, 1, 1))
    return jnp.where(chosen, coloured, images)
