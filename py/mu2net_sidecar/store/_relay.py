"""Objects in a folder that only the controller reaches; they travel through the broker."""

from __future__ import annotations

import hashlib
import uuid
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar, runtime_checkable

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store._cached import CachedObjects
from mu2net_sidecar.store._objects import Buffer, StoredFile, corrupt_error, missing_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mu2net_sidecar.store._cache import Cache

PART_BYTES = 1 << 20
"""Bytes of an object that travel in one message."""
WINDOW = 8
"""Parts of one transfer that are on their way at the same time."""
_TRANSFERS = 2
"""Objects that are downloaded at the same time."""
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


@runtime_checkable
class Relay(Protocol):
    """Carries what is asked to the store, and the answers back; each is one message."""

    def read(self, store: str, digest: str, offset: int, length: int) -> Future[Part | None]:
        """Asks for a part of an object; None if the store does not have the object."""
        ...

    def write(self, store: str, upload: str, offset: int, data: bytes) -> Future[None]:
        """Sends a part of a new object."""
        ...

    def commit(self, store: str, upload: str, digest: str) -> Future[None]:
        """Ends an upload: the object is checked, durable, and visible under its digest."""
        ...

    def remove(self, store: str, digest: str) -> Future[bool]:
        """Deletes an object; whether it existed."""
        ...


class RelayObjects(CachedObjects):
    """Objects behind a relay, read through the cache of this machine.

    A transfer has at most `WINDOW` parts on their way, and asks for the next one when one arrives.
    So neither side ever holds more than that, however slow the other is.

    Args:
        url: the folder of the store on the machine of the controller.
        relay: the connection to it.
        cache: where objects are kept on this machine.

    Raises:
        SidecarError: by every method: `STORE_UNREACHABLE` when no answer comes.
    """

    transfers = _TRANSFERS

    def __init__(self, url: str, relay: Relay, cache: Cache) -> None:
        self.url = url
        self._relay = relay
        super().__init__(cache)

    def write(self, parts: Iterable[Buffer]) -> str:
        """Uploads an object; the controller checks it before it is visible."""
        data = b"".join(parts)
        digest = hashlib.sha256(data).hexdigest()
        upload = uuid.uuid4().hex
        self._in_window(
            range(0, max(1, len(data)), PART_BYTES),
            lambda at: self._relay.write(self.url, upload, at, data[at : at + PART_BYTES]),
            lambda _at, _nothing: None,
        )
        self._await(self._relay.commit(self.url, upload, digest))
        self._cache.add(digest, data)
        return digest

    def has(self, digest: str) -> bool:
        """Returns whether the store has a file for the object."""
        return self._await(self._relay.read(self.url, digest, 0, 0)) is not None

    def remove(self, digests: Iterable[str]) -> int:
        """Removes objects and returns how many of them existed."""
        removed = 0
        for digest in digests:
            self._cache.remove(digest)
            removed += self._await(self._relay.remove(self.url, digest))
        return removed

    def files(self) -> list[StoredFile]:
        """Refuses, because the controller lists its own folder."""
        raise SidecarError(
            "SIDECAR_FAILED", f"the files of {self.url} are listed on the machine of the controller"
        )

    def locate(self, digest: str) -> str:
        """Returns where the file of an object is, on the machine of the controller."""
        return f"{digest} in {self.url} on the machine of the controller"

    def _download(self, digest: str) -> bytes:
        def ask(offset: int) -> Future[Part | None]:
            return self._relay.read(self.url, digest, offset, PART_BYTES)

        first = self._await(ask(0))
        if first is None:
            raise missing_error(digest, self.url)
        data = bytearray(first.size)
        data[: len(first.data)] = first.data

        def place(offset: int, part: Part | None) -> None:
            if part is None:
                raise missing_error(digest, self.url)
            data[offset : offset + len(part.data)] = part.data

        self._in_window(range(PART_BYTES, first.size, PART_BYTES), ask, place)
        whole = bytes(data)
        if hashlib.sha256(whole).hexdigest() != digest:
            raise corrupt_error(digest, "its bytes do not hash to its name", self.locate(digest))
        return whole

    def _in_window(
        self,
        offsets: Iterable[int],
        ask: Callable[[int], Future[_T]],
        place: Callable[[int, _T], None],
    ) -> None:
        """Asks for every offset, with a bounded number of answers outstanding."""
        waiting: deque[tuple[int, Future[_T]]] = deque()
        for offset in offsets:
            if len(waiting) == WINDOW:
                at, answer = waiting.popleft()
                place(at, self._await(answer))
            waiting.append((offset, ask(offset)))
        for at, answer in waiting:
            place(at, self._await(answer))

    def _await(self, answer: Future[_T]) -> _T:
        try:
            return answer.result(_ANSWER_SECONDS)
        except FutureTimeoutError as error:
            raise SidecarError(
                "STORE_UNREACHABLE",
                f"the controller has not answered for {_ANSWER_SECONDS:.0f} s about its store "
                f"{self.url}; check the network, then resume",
            ) from error
