"""The attention of an encoder block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float

Attention = Literal["xla", "cudnn"]
"""XLA's matrix products and softmax, or cuDNN's kernel, which never writes the scores."""

FEWEST_FUSED_TOKENS = 64
"""With fewer tokens, some versions of cuDNN have no gradient."""
LARGEST_FUSED_HEAD = 128


def attend(
    query: Float[Array, "batch queries heads head_dim"],
    key: Float[Array, "batch tokens heads head_dim"],
    value: Float[Array, "batch tokens heads head_dim"],
    implementation: Attention = "xla",
) -> Float[Array, "batch queries heads head_dim"]:
    """Computes softmax(q·kᵀ / √head_dim)·v per head (Vaswani et al., 2017, eq. 1).

    XLA computes what cuDNN's kernel does not support. Scores and softmax are float32.
    """
    if implementation == "cudnn" and fuses(query, key):
        return fused(query, key, value, implementation)
    scores = jnp.einsum("bqhk,bshk->bhqs", query * query.shape[-1] ** -0.5, key)
    weights = jax.nn.softmax(scores.astype(jnp.float32)).astype(value.dtype)
    return jnp.einsum("bhqs,bshk->bqhk", weights, value)


def fuses(query: Array | jax.ShapeDtypeStruct, key: Array | jax.ShapeDtypeStruct) -> bool:
    """Whether cuDNN's kernel supports such arrays, and there are enough queries for it to pay."""
    return (
        query.dtype in (jnp.bfloat16, jnp.float16)
        and query.shape[-1] % 8 == 0
        and query.shape[-1] <= LARGEST_FUSED_HEAD
        and min(query.shape[1], key.shape[1]) >= FEWEST_FUSED_TOKENS
    )


def fused(
    query: Float[Array, "batch queries heads head_dim"],
    key: Float[Array, "batch tokens heads head_dim"],
    value: Float[Array, "batch tokens heads head_dim"],
    implementation: Attention,
) -> Float[Array, "batch queries heads head_dim"]:
    """Computes attention through `jax.nn`, on even numbers of tokens.

    cuDNN's gradient needs even lengths, and the class token makes them odd. Odd lengths are padded
    by one token, which is masked.
    """
    batch, queries, tokens = query.shape[0], query.shape[1], key.shape[1]
    if queries % 2 == tokens % 2 == 0:
        return jax.nn.dot_product_attention(query, key, value, implementation=implementation)
    y = jax.nn.dot_product_attention(
        *(_pad_to_even(array) for array in (query, key, value)),
        query_seq_lengths=jnp.full(batch, queries, jnp.int32),
        key_value_seq_lengths=jnp.full(batch, tokens, jnp.int32),
        implementation=implementation,
    )
    return y[:, :queries]


def _pad_to_even(array: Array) -> Array:
    return jnp.pad(array, [(0, 0), (0, array.shape[1] % 2), (0, 0), (0, 0)])
