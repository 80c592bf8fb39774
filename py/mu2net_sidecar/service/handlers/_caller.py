"""Who waits for a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar, runtime_checkable

from mu2net_sidecar import engine
from mu2net_sidecar.wire import requests

T = TypeVar("T")

MEBIBYTE = 1 << 20
ROOT = 0
"""The path that beats name while a checkpoint is read."""


@runtime_checkable
class Caller(Protocol):
    """The controller as a handler sees it: it receives progress, and may cancel the request."""

    def is_cancelled(self) -> bool:
        """Returns whether to stop; called at each step, because it counts as progress."""
        ...

    def agree_to_stop(self, stop: bool) -> bool:
        """Returns whether to stop: all hosts of a slice get the answer of their lead.

        It is asked before every program that the hosts execute together, so that all stop at the
        same one. A process that is not part of a slice gets its own answer.

        Args:
            stop: whether this host wants to stop.
        """
        ...

    def beat(self, progress: engine.Progress) -> None:
        """Receives the progress of a child."""
        ...

    def measured(self, measurement: requests.Measurement) -> None:
        """Receives a child that is finished and stored; on any thread."""
        ...

    def record(self, name: str, path_id: int, began: int) -> None:
        """Receives a part of the work on a child, which ends now; on any thread.

        Args:
            name: the part, `train` or `store`.
            path_id: the child.
            began: when it began, nanoseconds since 1970.
        """
        ...


def until_cancelled(items: Iterable[T], caller: Caller) -> Iterator[T]:
    """Yields the items.

    Raises:
        Cancelled: the caller has cancelled the request.
    """
    for item in items:
        if caller.is_cancelled():
            raise engine.Cancelled
        yield item


def until_stopped(items: Iterable[T], caller: Caller) -> Iterator[T]:
    """Yields the items; the hosts of a slice stop at the same one.

    Raises:
        Cancelled: the caller has cancelled the request.
    """
    for item in items:
        if caller.agree_to_stop(caller.is_cancelled()):
            raise engine.Cancelled
        yield item


def report_bytes(caller: Caller, done: int, size: int) -> None:
    """Reports how many bytes of a checkpoint are read, in MiB.

    Raises:
        Cancelled: the caller has cancelled the request.
    """
    if caller.is_cancelled():
        raise engine.Cancelled
    step = done // MEBIBYTE
    caller.beat(engine.Progress(ROOT, step, max(size // MEBIBYTE, step, 1), ()))
