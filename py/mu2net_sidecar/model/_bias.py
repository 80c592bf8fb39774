"""Biases, added so that their gradients are right in every precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp
from jax import lax

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


def add_bias(
    x: Float[Array, "*shape"], bias: Float[Array, "*broadcastable"]
) -> Float[Array, "*shape"]:
    """Computes `x + bias` in float32; returns it in the precision of `x`.

    The gradient of a bias is a sum over the batch, and mostly over the tokens too: in bfloat16 the
    sum would stop growing after a few hundred terms.

    Args:
        x: activations.
        bias: its axes are the last axes of `x`; an axis of size 1 is repeated.
    """
    bias = lax.broadcast_to_rank(bias.astype(jnp.float32), x.ndim)
    return (x.astype(jnp.float32) + bias).astype(x.dtype)
