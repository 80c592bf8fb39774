"""Records of the files that TensorFlow Datasets writes, read without TensorFlow.

A TFRecord file is a sequence of: length (64 bits), checksum of it, the record, checksum of it; all
little-endian, the checksums CRC-32C, masked (https://www.tensorflow.org/tutorials/load_data/tfrecord).
ArrayRecord files are read by their own package.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from mu2net_sidecar.data.extra import package
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LENGTH = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")
_MASK_DELTA = 0xA282EAD8


def records(file: Path) -> Iterator[bytes]:
    """The records of a file, in order; its name says its format.

    Raises:
        SidecarError: `DATA_MISSING`, or `DATA_CORRUPT` when it is truncated or a checksum fails.
    """
    if ".array_record-" in file.name:
        return _array_records(file)
    if ".tfrecord-" in file.name:
        return _tfrecords(file)
    raise _corrupt(file, "is neither an ArrayRecord nor a TFRecord file")


def _tfrecords(file: Path) -> Iterator[bytes]:
    crc32c = package("google_crc32c", "google-crc32c").value

    def checked(data: bytes, checksum: int) -> bytes:
        crc = crc32c(data)
        if ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFF_FFFF != checksum:
            raise _corrupt(file, "has a record that its checksum does not match")
        return data

    try:
        with file.open("rb") as stream:
            while header := stream.read(_LENGTH.size):
                if len(header) < _LENGTH.size:
                    raise _corrupt(file, "is truncated")
                length, checksum = _LENGTH.unpack(header)
                checked(header[:8], checksum)
                body = stream.read(length + _CHECKSUM.size)
                if len(body) < length + _CHECKSUM.size:
                    raise _corrupt(file, "is truncated")
                yield checked(body[:length], *_CHECKSUM.unpack(body[length:]))
    except OSError as error:
        raise _unreadable(file, error.strerror) from error


def _array_records(file: Path) -> Iterator[bytes]:
    module = package("array_record.python.array_record_module", "array-record")
    if not file.is_file():
        raise _unreadable(file, "no such file")
    try:
        reader = module.ArrayRecordReader(str(file))
        try:
            for _ in range(reader.num_records()):
                yield reader.read()
        finally:
            reader.close()
    # Its errors have no type of their own.
    except (RuntimeError, ValueError, IndexError) as error:
        raise _corrupt(file, f"does not read ({' '.join(str(error).split())})") from error


_REMEDY = "remove its folder and prepare its data set again"


def _unreadable(file: Path, reason: str | None) -> SidecarError:
    return SidecarError("DATA_MISSING", f"cannot read {file}: {reason}; {_REMEDY}")


def _corrupt(file: Path, reason: str) -> SidecarError:
    return SidecarError("DATA_CORRUPT", f"{file} {reason}; {_REMEDY}")
