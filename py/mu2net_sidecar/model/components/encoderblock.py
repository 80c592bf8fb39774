"""`encoderblock_<layer>`: self-attention and MLP, both pre-norm and residual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from mu2net_sidecar.model._architecture import Architecture
from mu2net_sidecar.model._attention import Attention, attend
from mu2net_sidecar.model._bias import add_bias
from mu2net_sidecar.model._component import ComponentKind, Params
from mu2net_sidecar.model._initialisers import normal, ones, xavier_uniform, zeros
from mu2net_sidecar.model._layer_norm import layer_norm

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float

ATTENTION = "MultiHeadDotProductAttention_1"
MLP = "MlpBlock_3"


def init(key: jax.Array, architecture: Architecture) -> Params:
    """Kernels Xavier-uniform, MLP biases almost zero, other biases zero."""
    hidden, mlp = architecture.hidden_size, architecture.mlp_dim
    heads, head_dim = architecture.num_heads, architecture.head_dim
    keys = jax.random.split(key, 8)
    projections = {
        f"{ATTENTION}/{name}/{param}": value
        for name, projection_key in zip(("query", "key", "value"), keys[:3], strict=True)
        for param, value in (
            ("kernel", xavier_uniform(projection_key, (hidden, heads, head_dim))),
            ("bias", zeros(heads, head_dim)),
        )
    }
    return {
        "LayerNorm_0/scale": ones(hidden),
        "LayerNorm_0/bias": zeros(hidden),
        **projections,
        f"{ATTENTION}/out/kernel": xavier_uniform(keys[3], (heads, head_dim, hidden), inputs=2),
        f"{ATTENTION}/out/bias": zeros(hidden),
        "LayerNorm_2/scale": ones(hidden),
        "LayerNorm_2/bias": zeros(hidden),
        f"{MLP}/Dense_0/kernel": xavier_uniform(keys[4], (hidden, mlp)),
        f"{MLP}/Dense_0/bias": normal(keys[5], (mlp,), 1e-6),
        f"{MLP}/Dense_1/kernel": xavier_uniform(keys[6], (mlp, hidden)),
        f"{MLP}/Dense_1/bias": normal(keys[7], (hidden,), 1e-6),
    }


def apply(
    params: Mapping[str, Array],
    x: Float[Array, "batch tokens hidden"],
    attention: Attention = "xla",
) -> Float[Array, "batch tokens hidden"]:
    """Computes attention, then MLP: z + f(norm(z)) each (Dosovitskiy et al., 2021, eq. 2 and 3)."""
    return _first_tokens(params, x, x.shape[1], attention)


def class_token(
    params: Mapping[str, Array],
    x: Float[Array, "batch tokens hidden"],
    attention: Attention = "xla",
) -> Float[Array, "batch 1 hidden"]:
    """Computes the class token of `apply`, which needs only keys and values of the other tokens."""
    return _first_tokens(params, x, 1, attention)


def _first_tokens(
    params: Mapping[str, Array],
    x: Float[Array, "batch tokens hidden"],
    count: int,
    attention: Attention,
) -> Float[Array, "batch {count} hidden"]:
    """Computes the first `count` tokens of the block's output."""

    def project(name: str, tokens: Array) -> Array:
        kernel, bias = (params[f"{ATTENTION}/{name}/{param}"] for param in ("kernel", "bias"))
        return add_bias(jnp.einsum("btd,dhk->bthk", tokens, kernel), bias)

    y = layer_norm(x, params["LayerNorm_0/scale"], params["LayerNorm_0/bias"])
    y = attend(project("query", y[:, :count]), project("key", y), project("value", y), attention)
    y = jnp.einsum("bthk,hkd->btd", y, params[f"{ATTENTION}/out/kernel"])
    x = add_bias(x[:, :count] + y, params[f"{ATTENTION}/out/bias"])
    y = layer_norm(x, params["LayerNorm_2/scale"], params["LayerNorm_2/bias"])
    y = add_bias(y @ params[f"{MLP}/Dense_0/kernel"], params[f"{MLP}/Dense_0/bias"])
    y = jax.nn.gelu(y, approximate=True)
    return add_bias(x + y @ params[f"{MLP}/Dense_1/kernel"], params[f"{MLP}/Dense_1/bias"])


KIND = ComponentKind(
    "encoderblock", per_layer=True, init=init, apply=apply, attends=True, class_token=class_token
)
