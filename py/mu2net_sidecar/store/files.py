"""Whole files on any fsspec file system, written so that a reader sees all of a file or none."""

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Identity = tuple[int, ...]
"""Device, inode, size and times of change of a local file: another after any change to it."""


class Content(NamedTuple):
    """What a file holds.

    A local file is mapped, not copied. The mapping outlives the removal of the file, but not its
    being shortened in place, which nothing that writes through `Files` does.

    Attributes:
        data: read-only bytes; whatever is made from it keeps it alive.
        identity: of the file that was read; None for one that is not local.
    """

    data: memoryview
    identity: Identity | None


class Files:
    """The files under one root: a local folder or an fsspec URL.

    Attributes:
        url: the root, as it was given.
        is_local: whether it is a folder of this machine.

    Raises:
        SidecarError: `SIDECAR_FAILED` when the file system of the URL is not available, and from
            every method on an input/output error; the line names the file or folder.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self._fs, self._root = fsspec.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise SidecarError(
                "SIDECAR_FAILED",
                f"cannot open the store {url}: {error}; install the fsspec package of its kind, "
                "or use a local folder",
            ) from error
        self.is_local = isinstance(self._fs, LocalFileSystem)

    def path(self, name: str) -> str:
        """The full path of the file `name`, a relative path with `/`."""
        return f"{self._root.rstrip('/')}/{name}"

    def exists(self, name: str) -> bool:
        """Whether the file exists."""
        path = self.path(name)
        with _reported("read", path):
            return self._fs.exists(path)

    def read(self, name: str) -> Content | None:
        """The content of the file; None when there is none."""
        path = self.path(name)
        with _reported("read", path):
            try:
                if self.is_local:
                    return _mapped(path)
                return Content(memoryview(self._fs.cat_file(path)), None)
            except FileNotFoundError:
                return None

    def identity(self, name: str) -> Identity | None:
        """The identity of the file; None when there is none, or it is not local."""
        if not self.is_local:
            return None
        path = self.path(name)
        with _reported("read", path):
            try:
                return _identity(Path(path).stat())
            except FileNotFoundError:
                return None

    def write(self, parts: Iterable[bytes | memoryview], name: Callable[[], str | None]) -> None:
        """Write a file whole: under a temporary name, then renamed.

        On a local folder the file and its folder are on the disk when this returns. Writers of the
        same file do not disturb each other.

        Args:
            parts: its bytes, in order.
            name: asked for once all parts are written. None: the file is not wanted.
        """
        temporary = self.path(f"{uuid.uuid4().hex}.tmp")
        write = self._write_local if self.is_local else self._write_elsewhere
        with _reported("write", self._root):
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

    def _write_elsewhere(
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
        """Make an existing file durable, though another process may be the one that wrote it."""
        path = Path(self.path(name))
        if self.is_local:
            with _reported("write", str(path)):
                sync_folder(path.parent)

    def remove(self, name: str) -> bool:
        """Remove the file; False when there was none."""
        path = self.path(name)
        with _reported("remove", path):
            try:
                if not self._fs.exists(path):
                    return False
                self._fs.rm_file(path)
            except FileNotFoundError:
                return False
            return True


def make_folder(folder: Path) -> None:
    """Create `folder` and its parents, each made durable in the folder that holds it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a local folder durable."""
    if os.name == "nt":  # Windows cannot open a folder; its renames are journalled.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mapped(path: str) -> Content:
    with Path(path).open("rb") as file:
        status = os.fstat(file.fileno())
        # An empty file cannot be mapped, and Windows does not remove a file that is.
        if status.st_size == 0 or os.name == "nt":
            data = memoryview(file.read())
        else:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        return Content(data, _identity(status))


def _identity(status: os.stat_result) -> Identity:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@contextlib.contextmanager
def _reported(verb: str, path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "free space and resume" if full else "make the store accessible and resume"
        reason = error.strerror or str(error)
        raise SidecarError("SIDECAR_FAILED", f"cannot {verb} {path}: {reason}; {advice}") from error
