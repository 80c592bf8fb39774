"""IDX files, the format of MNIST, gzipped or not.

An IDX file is two zero bytes, a type code, the number of dimensions, the dimensions as big-endian
32-bit integers, and the data. See http://yann.lecun.com/exdb/mnist.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.source import BaseSplit, Source, count_classes
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Mapping

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 0x08


def open_source(source: Mapping[str, Any]) -> Source:
    """Open `{"files": {<base split>: {"images": path, "labels": path}}}`.

    Raises:
        SidecarError: `DATA_MISSING` or `DATA_CORRUPT`, naming the file of labels.
    """
    files = {name: (Path(f["images"]), Path(f["labels"])) for name, f in source["files"].items()}
    return Source(
        count_classes(read_idx(labels, ndim=1) for _, labels in files.values()),
        {
            name: BaseSplit(partial(_read, images, labels), partial(_locate, labels))
            for name, (images, labels) in files.items()
        },
    )


def _read(images_file: Path, labels_file: Path) -> ImageSet:
    pixels = read_idx(images_file, ndim=3)
    labels = read_idx(labels_file, ndim=1)
    if len(labels) != len(pixels):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{labels_file} has {len(labels)} labels for the {len(pixels)} images of "
            f"{images_file}; get both files again",
        )
    return ImageSet.of_one_size(pixels[..., None], labels)


def _locate(labels_file: Path, position: int) -> str:
    return str(labels_file)


def read_idx(file: Path, ndim: int) -> np.ndarray:
    """The uint8 array of `ndim` dimensions in an IDX file.

    Raises:
        SidecarError: `DATA_MISSING` or `DATA_CORRUPT`, naming the file.
    """
    data = _contents(file)
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


def _contents(file: Path) -> bytes:
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
