"""IDX files, the format of MNIST, gzipped or not.

    0 0 | type code | number of dimensions | dimensions, big-endian 32-bit integers | data

See http://yann.lecun.com/exdb/mnist.
"""

from __future__ import annotations

import gzip
import io
import math
import struct
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.files import check_unpacking, open_file, read_into, size_of
from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.labels import check_example_count, count_classes
from mu2net_sidecar.data.sources._image_source import BaseSplit, ImageSource
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from jaxtyping import UInt8

    from mu2net_sidecar.data.spec import IdxFiles, IdxSource

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 0x08


def open_idx(spec: IdxSource) -> ImageSource:
    """Opens pairs of IDX files; the files of labels are read.

    Raises:
        SidecarError: `DATA_MISSING`, `DATA_CORRUPT` or `DATA_EMPTY`; the line names the file of
            labels.
    """
    labels = {files.split: _read_idx(files.labels, ndim=1) for files in spec.files}
    return ImageSource(
        count_classes(labels.values(), ", ".join(str(files.labels) for files in spec.files)),
        {
            files.split: BaseSplit(
                len(labels[files.split]),
                partial(_read, files, labels[files.split]),
                partial(_locate, files),
            )
            for files in spec.files
        },
    )


def _read(files: IdxFiles, labels: UInt8[np.ndarray, " n"]) -> ImageSet:
    pixels = _read_idx(files.images, ndim=3)
    if len(labels) != len(pixels):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{files.labels} has {len(labels)} labels for the {len(pixels)} images of "
            f"{files.images}; get both files again",
        )
    return ImageSet.from_array(pixels[..., None], labels)


def _locate(files: IdxFiles, position: int) -> str:
    return str(files.labels)


def _read_idx(file: Path, ndim: int) -> UInt8[np.ndarray, ...]:
    """Returns the array of `ndim` dimensions in an IDX file.

    Raises:
        SidecarError: `DATA_MISSING` or `DATA_CORRUPT`; the line names the file.
    """
    with open_file(file) as stream:
        size = size_of(stream)
        is_packed = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        stream.seek(0)
        if not is_packed:
            return _read_array(file, stream, ndim, size)
        try:
            with gzip.GzipFile(fileobj=stream) as unpacked:
                return _read_array(file, unpacked, ndim, None)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise _corrupt(file, f"does not decompress ({error})") from error


def _read_array(
    file: Path, stream: io.BufferedIOBase, ndim: int, size: int | None
) -> UInt8[np.ndarray, ...]:
    """Reads no more than the header promises; `size` is that of a file that is not compressed."""
    shape = _read_shape(file, stream, ndim)
    length, text = math.prod(shape), "x".join(map(str, shape))
    if size is None:
        check_unpacking(length, file.stat().st_size, str(file))
    elif stream.tell() + length > size:
        raise _corrupt(file, f"is truncated: {size - stream.tell()} bytes of data for {text}")
    data = np.empty(length, np.uint8)
    count = read_into(data.data, stream)
    if count < length:
        raise _corrupt(file, f"is truncated: {count} bytes of data for {text}")
    # At its end a compressed file is checked against its checksum.
    if stream.read(1):
        raise _corrupt(file, f"is too long: more than {length} bytes of data for {text}")
    return data.reshape(shape)


def _read_shape(file: Path, stream: io.BufferedIOBase, ndim: int) -> tuple[int, ...]:
    header = stream.read(4 + 4 * ndim)
    if len(header) < 4 + 4 * ndim:
        raise _corrupt(file, f"is truncated: {len(header)} bytes, fewer than its header")
    expected = bytes((0, 0, _UNSIGNED_BYTE, ndim))
    if header[:4] != expected:
        raise _corrupt(file, f"starts with {header[:4].hex()}, not {expected.hex()}: wrong file?")
    count, *sides = struct.unpack(f">{ndim}I", header[4:])
    if 0 in sides:
        raise _corrupt(file, "has images without pixels")
    return (check_example_count(count, str(file)), *sides)


def _corrupt(file: Path, reason: str) -> SidecarError:
    return SidecarError("DATA_CORRUPT", f"{file} {reason}; get the file again")
