"""Whole files on any fsspec file system, written so that a reader sees all of a file or none."""

from __future__ import annotations

import contextlib
import errno
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
from fsspec.implementations.local import LocalFileSystem

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Files:
    """The files under one root: a local folder or an fsspec URL.

    Raises:
        SidecarError: `SIDECAR_FAILED` when the file system of the URL is not available, and from
            every method on an input/output error; the line names the file.
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

    def path(self, name: str) -> str:
        """The full path of the file `name`, a relative path with `/`."""
        return f"{self._root.rstrip('/')}/{name}"

    def exists(self, name: str) -> bool:
        """Whether the file exists."""
        path = self.path(name)
        with _reported("read", path):
            return self._fs.exists(path)

    def read(self, name: str) -> bytes | None:
        """The bytes of the file; None when there is none."""
        path = self.path(name)
        with _reported("read", path):
            try:
                return self._fs.cat_file(path)
            except FileNotFoundError:
                return None

    def write(self, name: str, data: bytes) -> None:
        """Write the file whole: under a temporary name beside it, then renamed.

        On a local folder the file and its folder are on the disk when this returns. Writers of the
        same file do not disturb each other.
        """
        path = self.path(name)
        temporary = f"{path}.{uuid.uuid4().hex}.tmp"
        with _reported("write", path):
            try:
                if self._is_local:
                    make_folder(Path(path).parent)
                    _write_synced(Path(temporary), data)
                    Path(temporary).replace(path)
                    sync_folder(Path(path).parent)
                else:
                    self._fs.makedirs(self._fs._parent(path), exist_ok=True)
                    self._fs.pipe_file(temporary, data)
                    self._fs.mv(temporary, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    self._fs.rm_file(temporary)
                raise

    def sync(self, name: str) -> None:
        """Make an existing file durable, though another process may be the one that wrote it."""
        path = Path(self.path(name))
        if self._is_local:
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

    @property
    def _is_local(self) -> bool:
        return isinstance(self._fs, LocalFileSystem)


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


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _reported(verb: str, path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "free space and resume" if full else "make the store accessible and resume"
        reason = error.strerror or str(error)
        raise SidecarError("SIDECAR_FAILED", f"cannot {verb} {path}: {reason}; {advice}") from error
