"""Objects at any fsspec URL, read through a cache on this machine."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from mu2net_sidecar.store._cached import CachedObjects
from mu2net_sidecar.store._failures import no_bucket_error, persist, says_no_bucket
from mu2net_sidecar.store._objects import (
    Buffer,
    StoredFile,
    corrupt_error,
    file_of,
    missing_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeVar

    from fsspec import AbstractFileSystem

    from mu2net_sidecar.store._cache import Cache

    _T = TypeVar("_T")

log = logging.getLogger(__name__)

_CONNECTIONS = 8
"""Operations at the same time, when there are several."""
_WHOLE = {"abfs", "abfss", "adl", "az", "gcs", "gs", "memory", "s3", "s3a"}
"""File systems on which a written file appears at once and whole."""
_CONDITIONAL = {"gcs", "gs", "memory", "s3", "s3a"}
"""File systems that can refuse to write a file that exists."""


class RemoteObjects(CachedObjects):
    """Objects on a remote file system.

    Every download is hashed. An object that was read or written stays in the cache, from where it
    is read again without asking the server. Failures that may pass are tried again for a while.

    Args:
        url: the root, as it was given.
        fs: the fsspec file system.
        root: the root as a path of the file system.
        cache: where objects are kept on this machine.

    Raises:
        SidecarError: by every method: `STORE_UNKNOWN` when the bucket does not exist,
            `STORE_DENIED` without credentials or rights, `STORE_UNREACHABLE` when the server does
            not answer, `SIDECAR_FAILED` for everything else.
    """

    transfers = _CONNECTIONS

    def __init__(self, url: str, fs: AbstractFileSystem, root: str, cache: Cache) -> None:
        self.url = url
        # Its annotations promise less than its methods return.
        self._fs: Any = fs
        self._root = root.rstrip("/")
        super().__init__(cache)
        protocols = {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)
        self._is_whole = bool(protocols & _WHOLE)
        self._is_conditional = bool(protocols & _CONDITIONAL)

    def write(self, parts: Iterable[Buffer]) -> str:
        """Uploads an object whole, unless an intact one is there."""
        data = b"".join(parts)
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        try:
            self._persist("write", path, lambda: self._upload(path, data, replace=False))
        except FileExistsError:
            if not self.is_intact(digest):
                self._persist("write", path, lambda: self._upload(path, data, replace=True))
        except FileNotFoundError as error:
            raise no_bucket_error(self.url) from error
        self._cache.add(digest, data)
        return digest

    def has(self, digest: str) -> bool:
        """Returns whether the server has a file for the object."""
        path = self._path(digest)
        return self._persist("read", path, lambda: self._fs.exists(path))

    def remove(self, digests: Iterable[str]) -> int:
        """Removes objects, several at a time."""
        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            return sum(pool.map(self._remove, dict.fromkeys(digests)))

    def files(self) -> list[StoredFile]:
        """Lists the files below the root."""
        try:
            found = self._persist(
                "list", self._root, lambda: self._fs.find(self._root, detail=True)
            )
        except FileNotFoundError as error:
            if says_no_bucket(error):
                raise no_bucket_error(self.url) from error
            return []
        return [
            StoredFile(path.removeprefix(self._root).lstrip("/"), int(info["size"] or 0))
            for path, info in found.items()
        ]

    def locate(self, digest: str) -> str:
        """Returns the URL of an object's file."""
        return self._fs.unstrip_protocol(self._path(digest))

    def _path(self, digest: str) -> str:
        return f"{self._root}/{file_of(digest)}"

    def _download(self, digest: str) -> bytes:
        path = self._path(digest)
        try:
            data = self._persist("read", path, lambda: self._fs.cat_file(path))
        except FileNotFoundError as error:
            if says_no_bucket(error):
                raise no_bucket_error(self.url) from error
            raise missing_error(digest, self.url) from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise corrupt_error(digest, "its bytes do not hash to its name", self.locate(digest))
        return data

    def _upload(self, path: str, data: bytes, *, replace: bool) -> None:
        if not self._is_whole:
            self._upload_renamed(path, data, replace=replace)
        elif self._is_conditional and not replace:
            self._fs.pipe_file(path, data, mode="create")
        else:
            self._fs.pipe_file(path, data)

    def _upload_renamed(self, path: str, data: bytes, *, replace: bool) -> None:
        """Writes under a temporary name, because readers could see half of a file."""
        if not replace and self._fs.exists(path):
            raise FileExistsError(path)
        temporary = f"{self._root}/{uuid.uuid4().hex}.tmp"
        self._fs.makedirs(self._fs._parent(path), exist_ok=True)
        try:
            self._fs.pipe_file(temporary, data)
            if replace:
                self._fs.rm_file(path)
            self._fs.mv(temporary, path)
        finally:
            with contextlib.suppress(OSError):
                self._fs.rm_file(temporary)

    def _remove(self, digest: str) -> bool:
        path = self._path(digest)

        def remove() -> bool:
            try:
                if not self._fs.exists(path):
                    return False
                self._fs.rm_file(path)
            except FileNotFoundError:
                return False
            return True

        self._cache.remove(digest)
        return self._persist("remove", path, remove)

    def _persist(self, verb: str, path: str, action: Callable[[], _T]) -> _T:
        return persist(action, verb, self._fs.unstrip_protocol(path))
