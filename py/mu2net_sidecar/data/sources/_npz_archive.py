"""The arrays of an npz archive, each read within the bounds that its header states."""

from __future__ import annotations

import math
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO

import numpy as np

from mu2net_sidecar.data._interruption import check_interruption
from mu2net_sidecar.data.files import check_unpacking, open_file, size_of
from mu2net_sidecar.data.labels import check_example_count
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_ENTRY_COUNT = 1000
"""Arrays that an archive may have; each split needs two."""

_ARRAY_MAGIC = b"\x93NUMPY"
_SUFFIX = ".npy"
_READ_HEADER = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


class NpzArchive:
    """An open archive.

    Args:
        file: The file, for errors.
        stream: The open file.

    Attributes:
        names: Names of its arrays.
    """

    def __init__(self, file: Path, stream: BinaryIO) -> None:
        self._file = file
        self._size = size_of(stream)
        if stream.read(len(_ARRAY_MAGIC)) == _ARRAY_MAGIC:
            raise ValueError("it holds a single array")
        self._zip = zipfile.ZipFile(stream)
        members = self._zip.namelist()
        if len(members) > LARGEST_ENTRY_COUNT:
            raise ValueError(f"it has {len(members)} entries, more than {LARGEST_ENTRY_COUNT}")
        self.names = [each.removesuffix(_SUFFIX) for each in members if each.endswith(_SUFFIX)]

    def read(self, name: str) -> np.ndarray:
        """Reads an array.

        Raises:
            SidecarError: `DATA_MISSING` when there is none of this name, `DATA_CORRUPT` when it is
                larger than its file can hold.
            Exception: One of many when it is damaged; see `open_archive`.
        """
        if name not in self.names:
            raise SidecarError(
                "DATA_MISSING", f"{self._file} has no array '{name}'; store it beside the others"
            )
        member = self._zip.getinfo(f"{name}{_SUFFIX}")
        title = f"{self._file}: {name}"
        check_unpacking(member.file_size, self._size, title)
        with self._zip.open(member) as content:
            self._check_header(content, member.file_size, title)
        with self._zip.open(member) as content:
            return np.lib.format.read_array(_Interruptible(content), allow_pickle=False)

    def _check_header(self, content: IO[bytes] | zipfile.ZipExtFile, size: int, title: str) -> None:
        read_header = _READ_HEADER.get(np.lib.format.read_magic(content))
        if read_header is None:
            raise ValueError(f"'{title}' has a version that is not known")
        shape, _, dtype = read_header(content)
        check_example_count(shape[0] if shape else 1, title)
        if math.prod(shape) * dtype.itemsize > size:
            raise ValueError(f"the header of '{title}' promises more than the {size} bytes there")


class _Interruptible:
    """A stream that the caller of the work may end."""

    def __init__(self, stream: IO[bytes] | zipfile.ZipExtFile) -> None:
        self._stream = stream

    def read(self, length: int = -1, /) -> bytes:
        check_interruption()
        return self._stream.read(length)


@contextmanager
def open_archive(file: Path) -> Iterator[NpzArchive]:
    """Opens an archive.

    Raises:
        SidecarError: `DATA_MISSING` when it cannot be read, `DATA_CORRUPT` when it is damaged, also
            when this shows in the body.
    """
    with open_file(file) as stream:
        try:
            yield NpzArchive(file, stream)
        # The last one tells of a compression that is not known, or of a password.
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            ValueError,
            OverflowError,
            RuntimeError,
        ) as error:
            raise SidecarError(
                "DATA_CORRUPT",
                f"{file} is not a readable npz archive ({error}); write it again with numpy.savez",
            ) from error
