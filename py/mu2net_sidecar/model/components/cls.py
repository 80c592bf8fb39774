"""`cls`: the class token, put before the patch tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from mu2net_sidecar.model._architecture import Architecture
from mu2net_sidecar.model._component import ComponentKind, Params
from mu2net_sidecar.model._initialisers import zeros

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


def init(key: jax.Array, architecture: Architecture) -> Params:
    """`cls` (1, 1, hidden)."""
    del key
    return {"cls": zeros(1, 1, architecture.hidden_size)}


def apply(
    params: Mapping[str, Array], x: Float[Array, "batch patches hidden"]
) -> Float[Array, "batch patches+1 hidden"]:
    """Puts the same class token before the patches of every image.

    The token is broadcast in float32, because its gradient is a sum over the batch.
    """
    token = jnp.broadcast_to(params["cls"].astype(jnp.float32), (x.shape[0], 1, x.shape[2]))
    return jnp.concatenate([token.astype(x.dtype), x], axis=1)


KIND = ComponentKind("cls", per_layer=False, init=init, apply=apply)
