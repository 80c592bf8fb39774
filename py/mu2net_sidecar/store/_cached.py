"""Reading objects that lie elsewhere through the cache of this machine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ClassVar

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mu2net_sidecar.store._cache import Cache


class CachedObjects(ABC):
    """The common part of a remote store and a relay: objects are downloaded and kept.

    Attributes:
        transfers: objects that are downloaded at the same time.
    """

    transfers: ClassVar[int]

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    @abstractmethod
    def _download(self, digest: str) -> bytes:
        """Returns the bytes of an object, which are checked.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT`, among others.
        """

    def read(self, digest: str) -> memoryview:
        """Returns the bytes of an object: from the cache, or downloaded and checked."""
        cached = self._cache.read(digest)
        if cached is not None:
            return cached
        data = self._download(digest)
        self._cache.add(digest, data)
        # The mapping of the cache's file lets the system drop pages; the download would stay.
        return self._cache.read(digest) or memoryview(data)

    def fetch(self, digest: str) -> bytes:
        """Returns the checked bytes of an object, which the cache does not keep."""
        return self._download(digest)

    def is_intact(self, digest: str) -> bool:
        """Returns whether the store has the object; it is downloaded and checked."""
        try:
            self._download(digest)
        except SidecarError as error:
            if error.code in ("STORE_MISSING", "STORE_CORRUPT"):
                return False
            raise
        return True

    def verify(self, digests: Iterable[str]) -> None:
        """Downloads the objects that are not in the cache."""
        with ThreadPoolExecutor(self.transfers) as pool:
            for _ in pool.map(self.read, dict.fromkeys(digests)):
                pass
