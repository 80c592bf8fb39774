"""A component's arrays: to the device, on it, and back."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Sharding
from jax.typing import DTypeLike

from mu2net_sidecar.engine.device._placement import put
from mu2net_sidecar.engine.device._precision import ACCUMULATOR
from mu2net_sidecar.model import Params

Arrays = dict[str, jax.Array]
"""Arrays of one component on the device, by name: parameters, gradients or a momentum trace."""
Shapes = Mapping[str, tuple[int, ...]]
"""Shapes of one component's parameters in the store, before padding."""


def upload(
    params: Params, dtype: DTypeLike, *, private: bool, sharding: Sharding | None = None
) -> Arrays:
    """Puts arrays on the device.

    Args:
        params: host or device arrays.
        dtype: their format on the device.
        private: whether the copy will be overwritten. On a CPU, a device array may share the
            memory of an aligned host array (for example a mapped file); a private copy never does.
        sharding: where they lie. None: on the default device.
    """
    host = {name: np.asarray(array, dtype) for name, array in params.items()}
    arrays = put(host, sharding)
    return copy_arrays(arrays) if private else arrays


@jax.jit
def copy_arrays(arrays: Arrays) -> Arrays:
    """Copies arrays on the device."""
    return jax.tree.map(jnp.copy, arrays)


def create_trace(params: Arrays, sharding: Sharding | None = None) -> Arrays:
    """Makes the momentum trace that training begins with: zeros, bf16, on the device."""
    return put(_zeros(params), sharding)


@jax.jit
def _zeros(params: Arrays) -> Arrays:
    return {name: jnp.zeros(array.shape, ACCUMULATOR) for name, array in params.items()}


def download(arrays: Mapping[str, jax.Array], shapes: Shapes) -> dict[str, np.ndarray]:
    """Fetches arrays from the device, cut to their shapes in the store."""
    return {
        name: np.ascontiguousarray(array[tuple(slice(size) for size in shapes[name])])
        for name, array in jax.device_get(dict(arrays)).items()
    }
