"""Work done in a thread, a little ahead of where its results are asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")

DEPTH = 2
"""Results in preparation: one hides the work behind a step, two also a step that is short."""


class Lookahead(Generic[T]):
    """The values of a function of 0, 1, 2, …; asking for one starts on those that follow it.

    They are asked for from one thread, in any order: only the order in which they are ready sooner
    is the natural one. What the function raises is raised where its value is asked for.

    Args:
        compute: The function; runs in a thread of its own, one call at a time.
        stop: Past the last argument that it takes; None when there is none.
    """

    def __init__(self, compute: Callable[[int], T], stop: int | None = None) -> None:
        self._compute = compute
        self._stop = stop
        self._pending: dict[int, Future[T]] = {}
        # Its thread ends when this object is no longer referred to.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lookahead")

    def __getitem__(self, index: int) -> T:
        """The value at `index`."""
        beyond = index + 1 + DEPTH
        wanted = range(index, beyond if self._stop is None else min(beyond, self._stop))
        for left in self._pending.keys() - set(wanted):
            self._pending.pop(left).cancel()
        for each in wanted:
            if each not in self._pending:
                self._pending[each] = self._thread.submit(self._compute, each)
        return self._pending.pop(index).result()

    def __iter__(self) -> Iterator[T]:
        """All values in order; `stop` must be given."""
        return map(self.__getitem__, range(self._stop or 0))
