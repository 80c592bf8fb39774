"""Objects in a folder of this machine: mapped, not copied, and durable when they are written."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import mmap
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store._folders import make_folder, sync_folder
from mu2net_sidecar.store._objects import (
    Buffer,
    StoredFile,
    corrupt_error,
    file_of,
    missing_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_CHUNK_BYTES = 1 << 20
"""Bytes that are hashed and then written, while they are still in the processor's cache."""

_Identity = tuple[int, ...]
"""Device, inode, size and times of a file. Any change to the file changes its identity."""


class LocalObjects:
    """Objects in a local folder.

    An object is hashed when it is first read, and again only if its file has changed: each read
    compares the file's identity. A read maps the file. The mapping stays valid when the file is
    removed, but not when it is shortened in place, which no method does.

    Args:
        url: the root, as it was given.
        folder: the folder that it names.
        is_cache: whether the objects can be had again: they are not flushed to the disk, and the
            time of their last use may be set, which also changes their files' `ctime`.

    Raises:
        SidecarError: `SIDECAR_FAILED`, by every method on an input/output error; the line names
            the file or folder.
    """

    def __init__(self, url: str, folder: str, *, is_cache: bool = False) -> None:
        self.url = url
        self.root = Path(folder)
        self._is_cache = is_cache
        self._verified: dict[str, _Identity] = {}

    def read(self, digest: str) -> memoryview:
        """Maps an object, and checks its bytes unless its file was checked before."""
        path = self.path(digest)
        with _report_errors("read", path):
            try:
                data, identity = self._map_file(path)
            except FileNotFoundError:
                raise missing_error(digest, self.url) from None
        if self._verified.get(digest) != identity:
            if hashlib.sha256(data).hexdigest() != digest:
                raise corrupt_error(digest, "its bytes do not hash to its name", str(path))
            self._verified[digest] = identity
        return data

    def write(self, parts: Iterable[Buffer]) -> str:
        """Stores an object; it is hashed while it is written.

        It is written under a temporary name, which is then changed to its own. Several writers of
        the same object do not disturb each other.
        """
        sha256, digest = hashlib.sha256(), ""

        def hash_chunks() -> Iterator[Buffer]:
            for part in parts:
                for start in range(0, len(part), _CHUNK_BYTES):
                    chunk = part[start : start + _CHUNK_BYTES]
                    sha256.update(chunk)
                    yield chunk

        def name() -> Path | None:
            nonlocal digest
            digest = sha256.hexdigest()
            return None if self.is_intact(digest) else self.path(digest)

        self._write_file(hash_chunks(), name)
        self._remember(digest)
        return digest

    def is_intact(self, digest: str) -> bool:
        """Returns whether the object is there and sound; another process may have written it."""
        try:
            self.read(digest)
        except SidecarError as error:
            if error.code in ("STORE_MISSING", "STORE_CORRUPT"):
                return False
            raise
        if not self._is_cache:
            path = self.path(digest)
            with _report_errors("write", path):
                sync_folder(path.parent)
        return True

    def verify(self, digests: Iterable[str]) -> None:
        """Checks the objects that were not checked yet."""
        unknown = [digest for digest in dict.fromkeys(digests) if not self._is_verified(digest)]
        if unknown:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                list(pool.map(self.read, unknown))

    def has(self, digest: str) -> bool:
        """Returns whether the object has a file."""
        path = self.path(digest)
        with _report_errors("read", path):
            return path.exists()

    def remove(self, digests: Iterable[str]) -> int:
        """Removes objects and returns how many of them existed."""
        return sum(self._remove(digest) for digest in digests)

    def files(self) -> list[StoredFile]:
        """Lists every file below the folder; one that vanishes meanwhile is left out."""
        found: list[StoredFile] = []
        with _report_errors("read", self.root):
            for path in self.root.rglob("*"):
                with contextlib.suppress(FileNotFoundError):
                    if path.is_file():
                        name = path.relative_to(self.root).as_posix()
                        found.append(StoredFile(name, path.stat().st_size))
        return found

    def locate(self, digest: str) -> str:
        """Returns the path of an object's file."""
        return str(self.path(digest))

    def path(self, digest: str) -> Path:
        """Returns the path of an object's file."""
        return self.root / file_of(digest)

    def _remove(self, digest: str) -> bool:
        self._verified.pop(digest, None)
        path = self.path(digest)
        with _report_errors("remove", path):
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            return True

    def _is_verified(self, digest: str) -> bool:
        known = self._verified.get(digest)
        return known is not None and known == self._identity(digest)

    def _remember(self, digest: str) -> None:
        identity = self._identity(digest)
        if identity is not None:
            self._verified[digest] = identity

    def _identity(self, digest: str) -> _Identity | None:
        path = self.path(digest)
        with _report_errors("read", path):
            try:
                return self._identity_of(path.stat())
            except FileNotFoundError:
                return None

    def _identity_of(self, status: os.stat_result) -> _Identity:
        identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        return identity if self._is_cache else (*identity, status.st_ctime_ns)

    def _map_file(self, path: Path) -> tuple[memoryview, _Identity]:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            # An empty file cannot be mapped, and Windows cannot remove a mapped file.
            if status.st_size == 0 or os.name == "nt":
                data = memoryview(file.read())
            else:
                data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            return data, self._identity_of(status)

    def _write_file(self, parts: Iterable[Buffer], name: Callable[[], Path | None]) -> None:
        """Writes a whole file, or nothing.

        Args:
            parts: bytes of the file, in order.
            name: returns the file; called after all parts were written. If it returns None, the
                bytes are discarded.
        """
        temporary = self.root / f"{uuid.uuid4().hex}.tmp"
        with _report_errors("write", self.root):
            try:
                make_folder(self.root)
                with temporary.open("xb") as file:
                    for part in parts:
                        file.write(part)
                    final = name()
                    if final is None:
                        return
                    if not self._is_cache:
                        file.flush()
                        os.fsync(file.fileno())
                make_folder(final.parent)
                temporary.replace(final)
                if not self._is_cache:
                    sync_folder(final.parent)
            finally:
                with contextlib.suppress(OSError):
                    temporary.unlink()


@contextlib.contextmanager
def _report_errors(verb: str, path: Path) -> Iterator[None]:
    """Converts errors of input and output to one line that names the path."""
    try:
        yield
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "free space and resume" if is_full else "make the store accessible and resume"
        reason = error.strerror or str(error)
        raise SidecarError("SIDECAR_FAILED", f"cannot {verb} {path}: {reason}; {advice}") from error
