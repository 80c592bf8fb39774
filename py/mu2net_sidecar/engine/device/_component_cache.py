"""Frozen components that stay on the device."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from mu2net_sidecar.engine.device._arrays import Arrays


class ComponentCache:
    """Frozen components on the device: one copy per key, the least recently used dropped first.

    Args:
        capacity_bytes: how much the cache may hold. A path in use keeps its own components alive,
            which comes on top.
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
        """Returns the component of a key; loads it unless it is held."""
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
