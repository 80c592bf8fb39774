"""Work on many items, done by all processors."""

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
"""Items in work at a time: of more, neither items nor results are in memory."""


def parallel_map(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """What a function gives of each item, in order; it is called from several threads.

    Raises:
        Exception: What the function raises, of the first item for which it does.
    """
    rest = iter(items)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while chunk := list(islice(rest, CHUNK)):
            yield from pool.map(function, chunk)
