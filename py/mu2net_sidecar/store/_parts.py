"""Objects that travel in parts: a bounded number of parts is on its way at the same time."""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store._objects import corrupt_error, missing_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PART_BYTES = 1 << 20
"""Bytes of an object that travel in one message."""
WINDOW = 8
"""Parts of one transfer that are on their way at the same time."""
_ANSWER_SECONDS = 60.0

_T = TypeVar("_T")


class Part(NamedTuple):
    """A part of an object.

    Attributes:
        size: the size of the whole object.
        data: its bytes.
    """

    size: int
    data: bytes


class PartReader:
    """Reads objects that the controller sends in parts.

    A transfer has at most `WINDOW` parts on their way, and asks for the next one when one arrives.

    Args:
        name: name of the store in errors.
        ask: asks for a part: digest, offset and length in bytes. None: the object is missing.
    """

    def __init__(self, name: str, ask: Callable[[str, int, int], Future[Part | None]]) -> None:
        self._name = name
        self._ask = ask

    def has(self, digest: str) -> bool:
        """Returns whether the store has a file for the object."""
        return settle(self._ask(digest, 0, 0), self._name) is not None

    def locate(self, digest: str) -> str:
        """Returns where the file of an object is, on the machine of the controller."""
        return f"{digest} in {self._name} on the machine of the controller"

    def fetch(self, digest: str) -> bytes:
        """Returns the checked bytes of an object.

        Raises:
            SidecarError: `STORE_MISSING`, `STORE_CORRUPT`; `STORE_UNREACHABLE` without an answer.
        """
        first = settle(self._ask(digest, 0, PART_BYTES), self._name)
        if first is None:
            raise missing_error(digest, self._name)
        data = bytearray(first.size)
        data[: len(first.data)] = first.data

        def place(offset: int, part: Part | None) -> None:
            if part is None:
                raise missing_error(digest, self._name)
            data[offset : offset + len(part.data)] = part.data

        transfer(
            range(PART_BYTES, first.size, PART_BYTES),
            lambda offset: self._ask(digest, offset, PART_BYTES),
            place,
            self._name,
        )
        whole = bytes(data)
        if hashlib.sha256(whole).hexdigest() != digest:
            raise corrupt_error(digest, "its bytes do not hash to its name", self.locate(digest))
        return whole


def transfer(
    offsets: Iterable[int],
    ask: Callable[[int], Future[_T]],
    place: Callable[[int, _T], None],
    name: str,
) -> None:
    """Asks for every offset, with at most `WINDOW` answers outstanding, and places the answers.

    Raises:
        SidecarError: `STORE_UNREACHABLE` when no answer comes.
    """
    waiting: deque[tuple[int, Future[_T]]] = deque()
    for offset in offsets:
        if len(waiting) == WINDOW:
            at, answer = waiting.popleft()
            place(at, settle(answer, name))
        waiting.append((offset, ask(offset)))
    for at, answer in waiting:
        place(at, settle(answer, name))


def settle(answer: Future[_T], name: str) -> _T:
    """Waits for an answer of the controller.

    Raises:
        SidecarError: `STORE_UNREACHABLE` when none comes.
    """
    try:
        return answer.result(_ANSWER_SECONDS)
    except FutureTimeoutError as error:
        raise SidecarError(
            "STORE_UNREACHABLE",
            f"the controller has not answered for {_ANSWER_SECONDS:.0f} s about its store "
            f"{name}; check the network, then resume",
        ) from error
