"""`head`: the classifier of one task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.model.architecture import Architecture
from mu2net_sidecar.model.component import ComponentKind, Params
from mu2net_sidecar.model.initialisers import zeros

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float

SMALLEST_BUCKET = 16


def bucket(num_classes: int) -> int:
    """The logits that programs compute for so many classes: the next power of two, from 16 on."""
    return max(SMALLEST_BUCKET, 1 << (num_classes - 1).bit_length())


def init(key: jax.Array, architecture: Architecture) -> Params:
    """`kernel` (hidden, classes) and `bias` (classes), both zero."""
    del key
    classes = architecture.num_classes
    return {"kernel": zeros(architecture.hidden_size, classes), "bias": zeros(classes)}


def padded(params: Params) -> Params:
    """Appends zero columns up to the bucket; the loss masks the logits that they give."""
    arrays = {name: np.asarray(array) for name, array in params.items()}
    extra = bucket(arrays["bias"].shape[-1]) - arrays["bias"].shape[-1]
    return {
        name: np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, extra)])
        for name, array in arrays.items()
    }


def apply(
    params: Mapping[str, Array], x: Float[Array, "batch hidden"]
) -> Float[Array, "batch classes"]:
    """The logits, from the normed class token; float32, for they are few and decide the loss."""
    return x.astype(jnp.float32) @ params["kernel"].astype(jnp.float32) + params["bias"]


KIND = ComponentKind("head", per_layer=False, init=init, apply=apply, padded=padded)
