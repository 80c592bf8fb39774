"""Objects in a folder that only the controller reaches; they travel through the broker."""

from __future__ import annotations

import hashlib
import uuid
from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store._cached import CachedObjects
from mu2net_sidecar.store._objects import Buffer, StoredFile
from mu2net_sidecar.store._parts import PART_BYTES, Part, PartReader, settle, transfer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

    from mu2net_sidecar.store._cache import Cache

_TRANSFERS = 2
"""Objects that are downloaded at the same time."""


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
        self._reader = PartReader(url, partial(relay.read, url))
        super().__init__(cache)

    def write(self, parts: Iterable[Buffer]) -> str:
        """Uploads an object; the controller checks it before it is visible."""
        data = b"".join(parts)
        digest = hashlib.sha256(data).hexdigest()
        upload = uuid.uuid4().hex
        transfer(
            range(0, max(1, len(data)), PART_BYTES),
            lambda at: self._relay.write(self.url, upload, at, data[at : at + PART_BYTES]),
            lambda _at, _nothing: None,
            self.url,
        )
        settle(self._relay.commit(self.url, upload, digest), self.url)
        self._cache.add(digest, data)
        return digest

    def has(self, digest: str) -> bool:
        """Returns whether the store has a file for the object."""
        return self._reader.has(digest)

    def remove(self, digests: Iterable[str]) -> int:
        """Removes objects and returns how many of them existed."""
        removed = 0
        for digest in digests:
            self._cache.remove(digest)
            removed += settle(self._relay.remove(self.url, digest), self.url)
        return removed

    def files(self) -> list[StoredFile]:
        """Refuses, because the controller lists its own folder."""
        raise SidecarError(
            "SIDECAR_FAILED", f"the files of {self.url} are listed on the machine of the controller"
        )

    def locate(self, digest: str) -> str:
        """Returns where the file of an object is, on the machine of the controller."""
        return self._reader.locate(digest)

    def _download(self, digest: str) -> bytes:
        return self._reader.fetch(digest)
