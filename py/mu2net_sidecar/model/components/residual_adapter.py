"""`residual_adapter_<layer>`: a bottleneck before an encoder block (method §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import jax

from mu2net_sidecar.model._architecture import Architecture
from mu2net_sidecar.model._bias import add_bias
from mu2net_sidecar.model._component import ComponentKind, Params
from mu2net_sidecar.model._initialisers import lecun_normal, ones, zeros
from mu2net_sidecar.model._layer_norm import layer_norm

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


def init(key: jax.Array, architecture: Architecture) -> Params:
    """Draws the first dense layer; the second is zero, so a new adapter is the identity."""
    hidden, bottleneck = architecture.hidden_size, architecture.adapter_dim
    return {
        "LayerNorm_0/scale": ones(hidden),
        "LayerNorm_0/bias": zeros(hidden),
        "Dense_0/kernel": lecun_normal(key, (hidden, bottleneck)),
        "Dense_0/bias": zeros(bottleneck),
        "Dense_1/kernel": zeros(bottleneck, hidden),
        "Dense_1/bias": zeros(hidden),
    }


def apply(
    params: Mapping[str, Array], x: Float[Array, "batch tokens hidden"]
) -> Float[Array, "batch tokens hidden"]:
    """Computes x + dense₁(gelu(dense₀(norm(x))))."""
    y = layer_norm(x, params["LayerNorm_0/scale"], params["LayerNorm_0/bias"])
    y = add_bias(y @ params["Dense_0/kernel"], params["Dense_0/bias"])
    y = jax.nn.gelu(y, approximate=True)
    return add_bias(x + y @ params["Dense_1/kernel"], params["Dense_1/bias"])


KIND = ComponentKind("residual_adapter", per_layer=True, init=init, apply=apply)
