"""Initialisers of flax's ViT. A draw compiles one program per shape; constants compile nothing."""

from __future__ import annotations

import math
from functools import partial

import jax
import numpy as np


def zeros(*shape: int) -> np.ndarray:
    """Zeros, float32."""
    return np.zeros(shape, np.float32)


def ones(*shape: int) -> np.ndarray:
    """Ones, float32."""
    return np.ones(shape, np.float32)


@partial(jax.jit, static_argnames=("shape", "stddev"))
def normal(key: jax.Array, shape: tuple[int, ...], stddev: float) -> jax.Array:
    """Draws from N(0, stddev²)."""
    return jax.nn.initializers.normal(stddev)(key, shape)


@partial(jax.jit, static_argnames=("shape",))
def lecun_normal(key: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    """Draws truncated normals of variance 1 / fan-in (LeCun et al., 1998); last axis: fan-out."""
    flat = (math.prod(shape[:-1]), shape[-1])
    return jax.nn.initializers.lecun_normal()(key, flat).reshape(shape)


@partial(jax.jit, static_argnames=("shape", "inputs"))
def xavier_uniform(key: jax.Array, shape: tuple[int, ...], inputs: int = 1) -> jax.Array:
    """Draws uniformly with variance 2 / (fan-in + fan-out) (Glorot and Bengio, 2010).

    Args:
        key: random key.
        shape: shape of the kernel.
        inputs: how many leading axes are inputs; the others are outputs.
    """
    flat = (math.prod(shape[:inputs]), math.prod(shape[inputs:]))
    return jax.nn.initializers.xavier_uniform()(key, flat).reshape(shape)
