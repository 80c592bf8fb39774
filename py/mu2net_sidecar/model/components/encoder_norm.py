"""`encoder_norm`: the norm between the last encoder block and the head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import jax

from mu2net_sidecar.model._architecture import Architecture
from mu2net_sidecar.model._component import ComponentKind, Params
from mu2net_sidecar.model._initialisers import ones, zeros
from mu2net_sidecar.model._layer_norm import layer_norm

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


def init(key: jax.Array, architecture: Architecture) -> Params:
    """`scale` and `bias` (hidden)."""
    del key
    return {"scale": ones(architecture.hidden_size), "bias": zeros(architecture.hidden_size)}


def apply(
    params: Mapping[str, Array], x: Float[Array, "batch tokens hidden"]
) -> Float[Array, "batch hidden"]:
    """Returns the normed class token.

    The norm treats each token separately and the head reads only the class token, so norming the
    other tokens would change neither the logits nor any gradient.
    """
    return layer_norm(x[:, 0], params["scale"], params["bias"])


KIND = ComponentKind(
    "encoder_norm", per_layer=False, init=init, apply=apply, reads_class_token=True
)
