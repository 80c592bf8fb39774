"""Long work on data asks from time to time whether it should go on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_check: ContextVar[Callable[[], None]] = ContextVar("check", default=lambda: None)


@contextmanager
def interruptible(check: Callable[[], None]) -> Iterator[None]:
    """Lets `check` end the work on data in the body, on this thread.

    Args:
        check: Called many times a second; it raises an error of its caller to end the work.
    """
    token = _check.set(check)
    try:
        yield
    finally:
        _check.reset(token)


def check_interruption() -> None:
    """Lets the caller of the current work end it.

    Raises:
        Exception: Any error that the check of `interruptible` raises.
    """
    _check.get()()
