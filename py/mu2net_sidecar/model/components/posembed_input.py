"""`posembed_input`: the learned position embedding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import jax

from mu2net_sidecar.model._architecture import Architecture
from mu2net_sidecar.model._bias import add_bias
from mu2net_sidecar.model._component import ComponentKind, Params
from mu2net_sidecar.model._initialisers import normal

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


def init(key: jax.Array, architecture: Architecture) -> Params:
    """`pos_embedding` (1, patches + 1, hidden); the first row belongs to the class token."""
    shape = (1, architecture.grid**2 + 1, architecture.hidden_size)
    return {"pos_embedding": normal(key, shape, 0.02)}


def apply(
    params: Mapping[str, Array], x: Float[Array, "batch tokens hidden"]
) -> Float[Array, "batch tokens hidden"]:
    """Adds the embedding of its position to each token."""
    return add_bias(x, params["pos_embedding"])


KIND = ComponentKind("posembed_input", per_layer=False, init=init, apply=apply)
