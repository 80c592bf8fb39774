"""The prefix cache as one batch sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import numpy as np

from mu2net_sidecar.engine.prefix._cache import Key, PrefixCache
from mu2net_sidecar.engine.prefix._example_table import ExampleTable

if TYPE_CHECKING:
    from jaxtyping import Int


class CachedBatch:
    """Cached outputs of prefixes for one batch.

    Args:
        cache: holds them.
        key: that of the batch; equal keys promise equal batches.
    """

    def __init__(self, cache: PrefixCache, key: Key) -> None:
        self._cache = cache
        self._key = key

    def get(self, prefix: str) -> jax.Array | None:
        """Returns the output of a prefix for the batch; None if it is not cached."""
        return self._cache.get((prefix, *self._key))

    def put(self, prefix: str, output: jax.Array) -> None:
        """Offers the output of a prefix for the batch to the cache."""
        self._cache.add((prefix, *self._key), output.nbytes, lambda: output)


class CachedExamples:
    """Cached outputs of prefixes for the examples of a batch, whatever batches they came in.

    Args:
        cache: holds them.
        key: that of the set of examples; equal keys promise equal sets.
        count: examples in the set.
        batch: indices of the examples in the batch.
    """

    def __init__(
        self, cache: PrefixCache, key: str, count: int, batch: Int[np.ndarray, " batch"]
    ) -> None:
        self._cache = cache
        self._key = key
        self._count = count
        self._batch = batch

    def get(self, prefix: str) -> jax.Array | None:
        """Returns the output of a prefix for the batch; None unless all rows are cached."""
        table: ExampleTable | None = self._cache.get((prefix, self._key))
        return None if table is None else table.get(self._batch)

    def put(self, prefix: str, output: jax.Array) -> None:
        """Offers the output of a prefix for the batch to the cache."""
        key, nbytes = (prefix, self._key), ExampleTable.nbytes(self._count, output)
        table: ExampleTable | None = self._cache.get(key)
        if table is None:
            table = self._cache.add(key, nbytes, lambda: ExampleTable(self._count, output))
        if table is not None:
            table.put(self._batch, output)
