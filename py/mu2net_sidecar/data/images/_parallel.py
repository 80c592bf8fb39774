"""A map over many items that uses all processors."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")

CHUNK = 512
"""Number of items whose inputs and results are in memory at a time, at most."""


def parallel_map(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yields the value of a function for each item, in order.

    Args:
        function: Called from several threads.
        items: Taken `CHUNK` at a time.

    Raises:
        Exception: What the function raises for the first item for which it raises.
    """
    rest = iter(items)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while chunk := list(islice(rest, CHUNK)):
            yield from pool.map(function, chunk)
