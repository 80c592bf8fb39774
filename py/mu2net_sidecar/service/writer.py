"""Stores what children trained while the next ones train."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

AHEAD = 2
"""Writes that may wait: each keeps what a child trained on the device until its turn comes."""


class Writer(Generic[T]):
    """Does one write after another on a thread of its own.

    Leaving the context waits for all of them, however it is left. If one failed, its error is then
    raised, rather than that of a body which stopped because of it.
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
        """Whether a write that is done has failed."""
        return any(write.done() and write.exception() for write in self._writes)

    def submit(self, write: Callable[[], T]) -> None:
        """Adds a write; waits while so many are ahead of it already.

        Raises:
            Exception: of the write that it waited for.
        """
        if len(self._writes) > AHEAD:
            self._writes[-AHEAD - 1].result()
        self._writes.append(self._pool.submit(write))

    def results(self) -> list[T]:
        """What the writes returned, in the order in which they were added."""
        return [write.result() for write in self._writes]
