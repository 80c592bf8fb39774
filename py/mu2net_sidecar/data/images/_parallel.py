"""A map over many items that uses all processors."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from mu2net_sidecar.data._interruption import check_interruption

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
        Exception: The function's error for the first item for which it raises, or the error with
            which the caller ends the work; see `interruptible`.
    """
    rest = iter(items)
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        while chunk := list(islice(rest, CHUNK)):
            for value in pool.map(function, chunk):
                check_interruption()
                yield value
    finally:
        # Nobody waits for the rest of a chunk after an error.
        pool.shutdown(cancel_futures=True)
