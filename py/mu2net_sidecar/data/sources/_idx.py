"""IDX files, the format of MNIST, gzipped or not.

    0 0 | type code | number of dimensions | dimensions, big-endian 32-bit integers | data

See http://yann.lecun.com/exdb/mnist.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.sources._image_source import BaseSplit, ImageSource, count_classes
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from jaxtyping import UInt8

    from mu2net_sidecar.data.spec import IdxFiles, IdxSource

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 0x08


def open_idx(spec: IdxSource) -> ImageSource:
    """Opens pairs of IDX files; the files of labels are read.

    Raises:
        SidecarError: `DATA_MISSING` or `DATA_CORRUPT`; the line names the file of labels.
    """
    labels = {files.split: _read_idx(files.labels, ndim=1) for files in spec.files}
    return ImageSource(
        count_classes(labels.values()),
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
    data = _read_bytes(file)
    header = 4 + 4 * ndim
    if len(data) < header:
        raise _corrupt(file, f"is truncated: {len(data)} bytes, fewer than its header")
    expected = bytes((0, 0, _UNSIGNED_BYTE, ndim))
    if data[:4] != expected:
        raise _corrupt(file, f"starts with {data[:4].hex()}, not {expected.hex()}: wrong file?")
    shape = struct.unpack(f">{ndim}I", data[4:header])
    if len(data) - header != math.prod(shape):
        size = "x".join(map(str, shape))
        kind = "is truncated" if len(data) - header < math.prod(shape) else "is too long"
        raise _corrupt(file, f"{kind}: {len(data) - header} bytes of data for {size}")
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape)


def _read_bytes(file: Path) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING",
            f"cannot read {file}: {error.strerror}; download it or correct the path of the task",
        ) from error
    if not data.startswith(_GZIP_MAGIC):
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as error:
        raise _corrupt(file, f"does not decompress ({error})") from error


def _corrupt(file: Path, reason: str) -> SidecarError:
    return SidecarError("DATA_CORRUPT", f"{file} {reason}; get the file again")
