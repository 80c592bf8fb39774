"""`embedding`: cuts an image into patches and projects each to a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import jax

from mu2net_sidecar.model._architecture import Architecture
from mu2net_sidecar.model._bias import add_bias
from mu2net_sidecar.model._component import ComponentKind, Params
from mu2net_sidecar.model._initialisers import lecun_normal, zeros

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


def init(key: jax.Array, architecture: Architecture) -> Params:
    """`kernel` (patch, patch, 3, hidden) and `bias` (hidden)."""
    patch, hidden = architecture.patch_size, architecture.hidden_size
    return {"kernel": lecun_normal(key, (patch, patch, 3, hidden)), "bias": zeros(hidden)}


def apply(
    params: Mapping[str, Array], x: Float[Array, "batch height width 3"]
) -> Float[Array, "batch patches hidden"]:
    """Computes a convolution whose stride is its window, as one matrix product; row by row."""
    patch, _, channels, hidden = params["kernel"].shape
    batch, rows, columns = x.shape[0], x.shape[1] // patch, x.shape[2] // patch
    x = x[:, : rows * patch, : columns * patch]
    x = x.reshape(batch, rows, patch, columns, patch, channels).swapaxes(2, 3)
    x = x.reshape(batch, rows * columns, patch * patch * channels)
    return add_bias(x @ params["kernel"].reshape(-1, hidden), params["bias"])


KIND = ComponentKind("embedding", per_layer=False, init=init, apply=apply)
