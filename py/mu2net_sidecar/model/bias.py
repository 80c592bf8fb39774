"""Biases, added so that their gradients are right in every precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


def biased(
    x: Float[Array, "*shape"], bias: Float[Array, "*broadcastable"]
) -> Float[Array, "*shape"]:
    """`x + bias`, in the precision of `x`, computed in float32.

    The gradient of a bias is a sum over the batch, and over the tokens for most: in bfloat16 it
    would stop growing after some hundred terms.
    """
    return (x.astype(jnp.float32) + bias).astype(x.dtype)
