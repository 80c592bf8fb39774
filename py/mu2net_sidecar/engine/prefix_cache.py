"""What frozen prefixes computed, kept on the device."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import jax
import numpy as np

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float, Int

T = TypeVar("T")
Key = tuple[str, ...]


@dataclass
class _Entry:
    value: Any
    nbytes: int
    turn: int


class PrefixCache:
    """Values on the device by key, within a budget.

    A value is dropped for another only when a whole turn went by without it being used, the least
    recently used first; else the new one is not taken. So a pass over more than fits keeps finding
    what did fit, where dropping the least recently used at once would find nothing.

    Args:
        capacity_bytes: how much the cache may hold.
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
        """A new turn begins: a pass over some batches."""
        self._turn += 1

    def get(self, key: Key) -> Any | None:  # noqa: ANN401
        """The value of a key, if it is held."""
        entry = self._held.get(key)
        if entry is None:
            return None
        entry.turn = self._turn
        self._held.move_to_end(key)
        return entry.value

    def add(self, key: Key, nbytes: int, make: Callable[[], T]) -> T | None:
        """Takes a value of a key that is not held, if there is room for it."""
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


class ExampleTable:
    """What a prefix gives of each example of a set, as far as it was computed.

    Args:
        examples: of the set.
        like: what the prefix gives of a batch.
    """

    def __init__(self, examples: int, like: Float[Array, " batch *rest"]) -> None:
        rows = np.zeros((examples, *like.shape[1:]), like.dtype)
        self._rows = jax.device_put(rows, may_alias=False)
        self._known = np.zeros(examples, bool)

    @staticmethod
    def nbytes(examples: int, like: Float[Array, " batch *rest"]) -> int:
        """Bytes of such a table."""
        return examples * (like.nbytes // len(like))

    def get(self, examples: Int[np.ndarray, " batch"]) -> Float[Array, " batch *rest"] | None:
        """The rows of a batch; None unless all of them are known."""
        if not self._known[examples].all():
            return None
        return _rows(self._rows, jax.device_put(examples.astype(np.int32)))

    def put(self, examples: Int[np.ndarray, " batch"], rows: Float[Array, " batch *rest"]) -> None:
        """Takes the rows of a batch."""
        self._rows = _with_rows(self._rows, jax.device_put(examples.astype(np.int32)), rows)
        self._known[examples] = True


@jax.jit
def _rows(table: jax.Array, examples: jax.Array) -> jax.Array:
    return table[examples]


@partial(jax.jit, donate_argnames="table")
def _with_rows(table: jax.Array, examples: jax.Array, rows: jax.Array) -> jax.Array:
    return table.at[examples].set(rows)


class Kept:
    """What is kept of one batch.

    Args:
        cache: where.
        name: of the batch; equal names, equal batches.
    """

    def __init__(self, cache: PrefixCache, name: Key) -> None:
        self._cache = cache
        self._name = name

    def get(self, prefix: str) -> jax.Array | None:
        """What a prefix gives of the batch."""
        return self._cache.get((prefix, *self._name))

    def put(self, prefix: str, output: jax.Array) -> None:
        """Keeps what a prefix gives of the batch."""
        self._cache.add((prefix, *self._name), output.nbytes, lambda: output)


class KeptByExample:
    """What is kept of the examples of a batch, in whichever batches they were before.

    Args:
        cache: where.
        name: of the set of examples; equal names, equal sets.
        examples: in the set.
        batch: those in the batch.
    """

    def __init__(
        self, cache: PrefixCache, name: str, examples: int, batch: Int[np.ndarray, " batch"]
    ) -> None:
        self._cache = cache
        self._name = name
        self._examples = examples
        self._batch = batch

    def get(self, prefix: str) -> jax.Array | None:
        """What a prefix gives of the batch."""
        table: ExampleTable | None = self._cache.get((prefix, self._name))
        return None if table is None else table.get(self._batch)

    def put(self, prefix: str, output: jax.Array) -> None:
        """Keeps what a prefix gives of the batch."""
        key, nbytes = (prefix, self._name), ExampleTable.nbytes(self._examples, output)
        table: ExampleTable | None = self._cache.get(key)
        if table is None:
            table = self._cache.add(key, nbytes, lambda: ExampleTable(self._examples, output))
        if table is not None:
            table.put(self._batch, output)
