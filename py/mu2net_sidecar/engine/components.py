"""Components on the device."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Sharding
from jax.typing import DTypeLike

from mu2net_sidecar.engine.precision import ACCUMULATOR
from mu2net_sidecar.model.component import Params

Arrays = dict[str, jax.Array]
Shapes = Mapping[str, tuple[int, ...]]


def upload(
    params: Params, dtype: DTypeLike, *, private: bool, sharding: Sharding | None = None
) -> Arrays:
    """Puts arrays on the device.

    Args:
        params: host or device arrays.
        dtype: their format on the device.
        private: whether the copy will be written over. On the CPU, arrays on the device are the
            very memory of the host's where that is aligned, a mapped file perhaps; a private copy
            never is.
        sharding: where they lie. None: on the default device.
    """
    host = {name: np.asarray(array, dtype) for name, array in params.items()}
    arrays = jax.device_put(host, sharding)
    return copied(arrays) if private else arrays


@jax.jit
def copied(arrays: Arrays) -> Arrays:
    """A copy on the device."""
    return jax.tree.map(jnp.copy, arrays)


def fresh_trace(params: Arrays, sharding: Sharding | None = None) -> Arrays:
    """The momentum trace that training begins with: zeros, made on the device."""
    return jax.device_put(_zeros(params), sharding)


@jax.jit
def _zeros(params: Arrays) -> Arrays:
    return {name: jnp.zeros(array.shape, ACCUMULATOR) for name, array in params.items()}


def download(arrays: Mapping[str, jax.Array], shapes: Shapes) -> dict[str, np.ndarray]:
    """Fetches arrays from the device, cut to their shapes in the store."""
    return {
        name: np.ascontiguousarray(array[tuple(slice(size) for size in shapes[name])])
        for name, array in jax.device_get(dict(arrays)).items()
    }


class ComponentCache:
    """Frozen components on the device: one copy per key, the least recently used dropped first.

    Args:
        capacity_bytes: how much the cache may hold. What a path in use holds is kept alive by
            the path, and comes on top.
    """

    def __init__(self, capacity_bytes: int) -> None:
        self._capacity = capacity_bytes
        self._held: OrderedDict[str, Arrays] = OrderedDict()
        self._bytes = 0

    @property
    def held_bytes(self) -> int:
        """Bytes on the device."""
        return self._bytes

    def get(self, key: str, load: Callable[[], Arrays]) -> Arrays:
        """The component of a key, loaded unless it is held."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        arrays = load()
        self._held[key] = arrays
        self._bytes += _size(arrays)
        while self._bytes > self._capacity:
            _, dropped = self._held.popitem(last=False)
            self._bytes -= _size(dropped)
        return arrays


def _size(arrays: Arrays) -> int:
    return sum(array.nbytes for array in arrays.values())
