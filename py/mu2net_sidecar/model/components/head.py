"""`head`: the classifier of one task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from mu2net_sidecar.model._architecture import Architecture
from mu2net_sidecar.model._component import ComponentKind, Params
from mu2net_sidecar.model._initialisers import zeros

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float

SMALLEST_BUCKET = 16


def bucket(num_classes: int) -> int:
    """Returns how many logits programs compute: the next power of two, at least 16."""
    return max(SMALLEST_BUCKET, 1 << (num_classes - 1).bit_length())


def init(key: jax.Array, architecture: Architecture) -> Params:
    """`kernel` (hidden, classes) and `bias` (classes), both zero."""
    del key
    classes = architecture.num_classes
    return {"kernel": zeros(architecture.hidden_size, classes), "bias": zeros(classes)}


def pad(params: Params) -> Params:
    """Appends zero columns up to the bucket; the loss masks their logits."""
    arrays = {name: np.asarray(array) for name, array in params.items()}
    extra = bucket(arrays["bias"].shape[-1]) - arrays["bias"].shape[-1]
    return {
        name: np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, extra)])
        for name, array in arrays.items()
    }


def apply(
    params: Mapping[str, Array], x: Float[Array, "batch hidden"]
) -> Float[Array, "batch classes"]:
    """Computes the logits, in float32 because the loss depends on them."""
    kernel, bias = (params[name].astype(jnp.float32) for name in ("kernel", "bias"))
    return x.astype(jnp.float32) @ kernel + lax.broadcast_to_rank(bias, x.ndim)


KIND = ComponentKind("head", per_layer=False, init=init, apply=apply, pad=pad)
