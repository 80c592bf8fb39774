"""A bounded cache of remote objects in a folder of this machine, which processes share."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store._local import LocalObjects
from mu2net_sidecar.user_cache import user_cache

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

SIZE_VARIABLE = "MU2NET_CACHE_SIZE"
DEFAULT_BYTES = 20 * 10**9
_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
_TOUCH_SECONDS = 60.0
"""The time of the last use of an object is noted at most this often."""
_LOOKS = 64
"""The folder is measured again after every such part of the limit that was added."""


class Cache:
    """Keeps the objects that were used last, up to a limit of bytes.

    The time of last use is the access time of a file, which the cache sets itself; so processes
    that share the folder agree about it. Removing a file that another process has mapped does no
    harm. A damaged file counts as absent.

    Args:
        folder: the folder; nothing else belongs there.
        limit: the most bytes that stay. A single larger object stays until another one is added.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit
        self._objects = LocalObjects(str(folder), str(folder), is_cache=True)
        self._touched: dict[str, float] = {}
        self._added = 0
        self._lock = threading.Lock()
        self._is_broken = False

    def read(self, digest: str) -> memoryview | None:
        """Returns the verified bytes of an object; None if the cache does not have it."""
        try:
            data = self._objects.read(digest)
        except SidecarError as error:
            if error.code == "STORE_CORRUPT":
                log.warning("the cache drops a damaged object: %s", error.message)
                self.remove(digest)
            return None
        self._touch(digest)
        return data

    def add(self, digest: str, data: bytes) -> None:
        """Keeps an object. A cache that cannot be written is left out, with a warning."""
        try:
            self._objects.write([data])
        except SidecarError as error:
            if not self._is_broken:
                log.warning("objects are not cached: %s", error.message)
            self._is_broken = True
            return
        self._touch(digest)
        with self._lock:
            self._added += len(data)
            if self._added * _LOOKS < self.limit:
                return
            self._added = 0
        self._evict(keep=digest)

    def remove(self, digest: str) -> None:
        """Forgets an object."""
        with contextlib.suppress(SidecarError):
            self._objects.remove([digest])

    def _touch(self, digest: str) -> None:
        now = time.monotonic()
        if now - self._touched.get(digest, -_TOUCH_SECONDS) < _TOUCH_SECONDS:
            return
        self._touched[digest] = now
        path = self._objects.path(digest)
        with contextlib.suppress(OSError):
            os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))

    def _evict(self, keep: str) -> None:
        """Removes the objects that were used least recently, until the rest is within the limit."""
        entries = self._entries()
        excess = sum(entry.nbytes for entry in entries) - self.limit
        for entry in sorted(entries):
            if excess <= 0:
                return
            if entry.path.stem == keep:
                continue
            with contextlib.suppress(FileNotFoundError):
                entry.path.unlink()
            self._touched.pop(entry.path.stem, None)
            excess -= entry.nbytes

    def _entries(self) -> list[_Entry]:
        entries: list[_Entry] = []
        for path in self.folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                status = path.stat()
                if path.is_file():
                    entries.append(_Entry(status.st_atime_ns, path, status.st_size))
        return entries


class _Entry(NamedTuple):
    used: int
    path: Path
    nbytes: int


def default_cache() -> Cache:
    """Returns the cache that the environment names, or else the one of the user.

    Raises:
        SidecarError: `SIDECAR_FAILED` when the size cannot be read.
    """
    text = os.environ.get(SIZE_VARIABLE)
    return Cache(user_cache("objects"), DEFAULT_BYTES if not text else _parse_size(text))


def _parse_size(text: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?([MGT]B)", text)
    if not match:
        raise SidecarError(
            "SIDECAR_FAILED", f"{SIZE_VARIABLE}={text} is not a size; write it as 500MB or 20GB"
        )
    return int(float(match[1]) * _UNITS[match[2]])
