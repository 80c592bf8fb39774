"""The prefix cache: outputs of frozen prefixes, kept on the device within a budget."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
Key = tuple[str, ...]


@dataclass
class _Entry:
    value: Any
    nbytes: int
    turn: int


class PrefixCache:
    """Values on the device by key, within a budget.

    Passes over batches are cyclic, and a cache that evicts the least recently used value at once
    never hits in a pass over more than fits. So time is counted in turns, one per pass. With B the
    budget and b the bytes held, a value of n bytes is admitted if n ≤ B and b + n ≤ B, where
    values are evicted to make room, the least recently used first, only if they were used neither
    in this turn nor in the one before. Otherwise the new value is not admitted, and a pass keeps
    finding the values that did fit.

    Args:
        capacity_bytes: B.
    """

    def __init__(self, capacity_bytes: int) -> None:
        self._capacity = capacity_bytes
        self._held: OrderedDict[Key, _Entry] = OrderedDict()
        self._bytes = 0
        self._turn = 0

    @property
    def held_bytes(self) -> int:
        """Bytes on the device."""
        return self._bytes

    def begin_turn(self) -> None:
        """Begins a new turn: a pass over some batches."""
        self._turn += 1

    def get(self, key: Key) -> Any | None:  # noqa: ANN401
        """Returns the value of a key and marks it as used; None if it is not held."""
        entry = self._held.get(key)
        if entry is None:
            return None
        entry.turn = self._turn
        self._held.move_to_end(key)
        return entry.value

    def add(self, key: Key, nbytes: int, make: Callable[[], T]) -> T | None:
        """Admits a value if there is room for it.

        Args:
            key: not held yet.
            nbytes: size of the value on the device.
            make: makes the value; called only if it is admitted.

        Returns:
            The value; None if it was not admitted.
        """
        if nbytes > self._capacity:
            return None
        while self._bytes + nbytes > self._capacity:
            oldest = next(iter(self._held))
            if self._held[oldest].turn >= self._turn - 1:
                return None
            self._bytes -= self._held.pop(oldest).nbytes
        value = make()
        self._held[key] = _Entry(value, nbytes, self._turn)
        self._bytes += nbytes
        return value
