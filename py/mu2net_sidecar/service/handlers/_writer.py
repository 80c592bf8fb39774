"""Stores what a child trained while the next children train."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

AHEAD = 2
"""Writes that may wait; each keeps the trained tensors of a child on the device meanwhile."""


class Writer(Generic[T]):
    """Runs writes one after another on a thread of its own.

    Leaving the context waits for all writes, also after an error. If a write failed, its error is
    raised instead of the error of a body that stopped because of it.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._writes: list[Future[T]] = []

    def __enter__(self) -> Writer[T]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown()
        for write in self._writes:
            write.result()

    @property
    def has_failed(self) -> bool:
        """Whether a completed write has failed."""
        return any(write.done() and write.exception() for write in self._writes)

    def submit(self, write: Callable[[], T]) -> None:
        """Adds a write; waits while too many writes are ahead of it.

        Raises:
            Exception: The error of the write that it waited for.
        """
        if len(self._writes) > AHEAD:
            self._writes[-AHEAD - 1].result()
        self._writes.append(self._pool.submit(write))

    def results(self) -> list[T]:
        """Returns the results of all writes, in the order in which they were added."""
        return [write.result() for write in self._writes]
