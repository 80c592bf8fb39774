"""Regular files. Opening or reading anything else could wait for ever."""

from __future__ import annotations

import io
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol, runtime_checkable

from mu2net_sidecar.data._interruption import check_interruption
from mu2net_sidecar.data.files._path import check_path
from mu2net_sidecar.data.files._reading import REMEDY, cannot_read
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_FILE_BYTES = 1 << 30
"""Largest file that `read_file` reads: an image or a description."""

_CHUNK_BYTES = 8 << 20
# A pipe without a writer would block a plain open; not every system has these flags.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@runtime_checkable
class _Readable(Protocol):
    """A stream such as a file or a member of an archive."""

    def readinto(self, buffer: memoryview, /) -> int | None: ...


@contextmanager
def open_file(file: Path, remedy: str = REMEDY) -> Iterator[io.BufferedReader]:
    """Opens a regular file.

    Args:
        file: The file.
        remedy: The advice of an error.

    Raises:
        SidecarError: `DATA_MISSING` when it is missing, unreadable or not a regular file, also when
            reading fails in the body.
    """
    try:
        with os.fdopen(_open_regular(file), "rb") as stream:
            yield stream
    except OSError as error:
        raise cannot_read(file, error, remedy) from error


def read_file(file: Path, remedy: str = REMEDY) -> bytes:
    """Returns the content of a regular file.

    Args:
        file: The file.
        remedy: The advice of an error.

    Raises:
        SidecarError: As `open_file`; `DATA_CORRUPT` beyond `LARGEST_FILE_BYTES`.
    """
    try:
        descriptor = _open_regular(file)
        try:
            return _read_descriptor(descriptor, file)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise cannot_read(file, error, remedy) from error


def size_of(stream: BinaryIO) -> int:
    """Returns the size of an open file, bytes."""
    return os.fstat(stream.fileno()).st_size


def read_into(buffer: memoryview, stream: _Readable) -> int:
    """Fills a buffer of bytes from a stream; returns the number of bytes read before its end.

    Raises:
        Exception: The error with which the caller ends the work; see `interruptible`.
    """
    done = 0
    while done < len(buffer):
        check_interruption()
        count = stream.readinto(buffer[done : done + _CHUNK_BYTES])
        if not count:
            break
        done += count
    return done


def _open_regular(file: Path) -> int:
    """Opens a regular file; returns its descriptor."""
    try:
        descriptor = os.open(file, _FLAGS)
    except ValueError:
        check_path(file)
        raise
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    kind = _KINDS.get(stat.S_IFMT(mode), "something else")
    raise SidecarError("DATA_MISSING", f"{file} is {kind}, not a file; replace or remove it")


def _read_descriptor(descriptor: int, file: Path) -> bytes:
    """Reads a whole file without the buffers of a stream, which cost as much as a small image."""
    size = os.fstat(descriptor).st_size
    if size > LARGEST_FILE_BYTES:
        raise SidecarError(
            "DATA_CORRUPT",
            f"{file} has {size} bytes, more than the {LARGEST_FILE_BYTES} of the largest file that "
            "is read at once; replace or remove it",
        )
    content = os.read(descriptor, size)
    # A system may return less than was asked for.
    while len(content) < size and (more := os.read(descriptor, size - len(content))):
        content += more
    return content
