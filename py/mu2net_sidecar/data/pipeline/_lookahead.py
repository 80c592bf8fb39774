"""Work that a thread does a little ahead of the use of its results."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")

DEPTH = 2
"""Number of results prepared ahead: one hides the work behind a step, two also a short step."""


class Lookahead(Generic[T]):
    """The values of a function of 0, 1, 2, …; asking for one starts work on those that follow.

    One thread asks for them, in any order, but only in ascending order are they prepared ahead. An
    exception of the function is raised where its value is asked for.

    Args:
        compute: The function; runs in a thread of its own, one call at a time.
        stop: Upper bound of its arguments, exclusive; None for no bound.
    """

    def __init__(self, compute: Callable[[int], T], stop: int | None = None) -> None:
        self._compute = compute
        self._stop = stop
        self._pending: dict[int, Future[T]] = {}
        # The thread ends when nothing refers to this object any more.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lookahead")

    def __getitem__(self, index: int) -> T:
        """Returns the value at `index`."""
        beyond = index + 1 + DEPTH
        wanted = range(index, beyond if self._stop is None else min(beyond, self._stop))
        for stale in self._pending.keys() - set(wanted):
            self._pending.pop(stale).cancel()
        for each in wanted:
            if each not in self._pending:
                self._pending[each] = self._thread.submit(self._compute, each)
        return self._pending.pop(index).result()

    def __iter__(self) -> Iterator[T]:
        """Yields all values in order; `stop` must be given."""
        return map(self.__getitem__, range(self._stop or 0))
