"""Whole files on any fsspec file system: a reader sees all of a file or none of it."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import fsspec
from fsspec.implementations.local import LocalFileSystem

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store._folders import make_folder, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Identity = tuple[int, ...]
"""Device, inode, size and times of a local file. Any change to the file changes its identity."""


class Content(NamedTuple):
    """The content of a file.

    A local file is mapped, not copied. The mapping stays valid when the file is removed, but not
    when it is shortened in place; `Files` never shortens a file.

    Attributes:
        data: read-only bytes; views of them keep the mapping alive.
        identity: identity of the file that was read; None for a remote file.
    """

    data: memoryview
    identity: Identity | None


class Files:
    """The files under one root: a local folder or an fsspec URL.

    Attributes:
        url: the root, as it was given.
        is_local: whether it is a folder of this machine.

    Raises:
        SidecarError: `SIDECAR_FAILED`, by the constructor when the file system of the URL is not
            available, and by every method on an input/output error; the line names the file or
            folder.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self._fs, self._root = fsspec.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise SidecarError(
                "SIDECAR_FAILED",
                f"cannot open the store {url}: {error}; install the fsspec package for it, or use "
                "a local folder",
            ) from error
        self.is_local = isinstance(self._fs, LocalFileSystem)

    def path(self, name: str) -> str:
        """Returns the full path of a file, given as a relative path with `/`."""
        return f"{self._root.rstrip('/')}/{name}"

    def exists(self, name: str) -> bool:
        """Returns whether the file exists."""
        path = self.path(name)
        with _report_errors("read", path):
            return self._fs.exists(path)

    def read(self, name: str) -> Content | None:
        """Reads the content of the file; None when there is no such file."""
        path = self.path(name)
        with _report_errors("read", path):
            try:
                if self.is_local:
                    return _map_file(path)
                return Content(memoryview(self._fs.cat_file(path)), None)
            except FileNotFoundError:
                return None

    def identity(self, name: str) -> Identity | None:
        """Returns the identity of the file; None when there is no such file, or it is remote."""
        if not self.is_local:
            return None
        path = self.path(name)
        with _report_errors("read", path):
            try:
                return _identity_of(Path(path).stat())
            except FileNotFoundError:
                return None

    def write(self, parts: Iterable[bytes | memoryview], name: Callable[[], str | None]) -> None:
        """Writes a whole file: under a temporary name, which is then renamed.

        A file in a local folder is durable when this returns, and so is its name. Several writers
        of the same file do not disturb each other.

        Args:
            parts: bytes of the file, in order.
            name: returns the name of the file; called after all parts were written. If it returns
                None, the file is discarded.
        """
        temporary = self.path(f"{uuid.uuid4().hex}.tmp")
        write = self._write_local if self.is_local else self._write_remote
        with _report_errors("write", self._root):
            try:
                write(temporary, parts, name)
            finally:
                with contextlib.suppress(OSError):
                    self._fs.rm_file(temporary)

    def _write_local(
        self,
        temporary: str,
        parts: Iterable[bytes | memoryview],
        name: Callable[[], str | None],
    ) -> None:
        make_folder(Path(temporary).parent)
        with Path(temporary).open("xb") as file:
            for part in parts:
                file.write(part)
            final = name()
            if final is None:
                return
            file.flush()
            os.fsync(file.fileno())
        path = Path(self.path(final))
        make_folder(path.parent)
        Path(temporary).replace(path)
        sync_folder(path.parent)

    def _write_remote(
        self,
        temporary: str,
        parts: Iterable[bytes | memoryview],
        name: Callable[[], str | None],
    ) -> None:
        self._fs.makedirs(self._root, exist_ok=True)
        with self._fs.open(temporary, "wb") as file:
            for part in parts:
                file.write(part)
        final = name()
        if final is not None:
            path = self.path(final)
            self._fs.makedirs(self._fs._parent(path), exist_ok=True)
            self._fs.mv(temporary, path)

    def sync(self, name: str) -> None:
        """Makes the name of an existing local file durable; another process may have written it."""
        path = Path(self.path(name))
        if self.is_local:
            with _report_errors("write", str(path)):
                sync_folder(path.parent)

    def remove(self, name: str) -> bool:
        """Removes the file and returns whether it existed."""
        path = self.path(name)
        with _report_errors("remove", path):
            try:
                if not self._fs.exists(path):
                    return False
                self._fs.rm_file(path)
            except FileNotFoundError:
                return False
            return True


def _map_file(path: str) -> Content:
    with Path(path).open("rb") as file:
        status = os.fstat(file.fileno())
        # An empty file cannot be mapped, and Windows cannot remove a mapped file.
        if status.st_size == 0 or os.name == "nt":
            data = memoryview(file.read())
        else:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        return Content(data, _identity_of(status))


def _identity_of(status: os.stat_result) -> Identity:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@contextlib.contextmanager
def _report_errors(verb: str, path: str) -> Iterator[None]:
    """Converts errors of input and output to one line that names the path."""
    try:
        yield
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "free space and resume" if is_full else "make the store accessible and resume"
        reason = error.strerror or str(error)
        raise SidecarError("SIDECAR_FAILED", f"cannot {verb} {path}: {reason}; {advice}") from error
