"""Records of the files that TensorFlow Datasets writes, read without TensorFlow.

A TFRecord file is a sequence of entries, all numbers little-endian:

    length (64 bits) | checksum of the length | record | checksum of the record

A checksum is a CRC-32C c, masked as ((c >> 15 | c << 17) + 0xa282ead8) mod 2³².
See https://www.tensorflow.org/tutorials/load_data/tfrecord.
ArrayRecord files are read by their own package.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from mu2net_sidecar.data.files import LARGEST_FILE_BYTES, open_file
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.optional import import_optional

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LENGTH = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")
_MASK_DELTA = 0xA282EAD8


def read_records(file: Path) -> Iterator[bytes]:
    """Yields the records of a file, in order; the name of the file gives its format.

    Raises:
        SidecarError: `DATA_MISSING` when it cannot be read or its package is not installed;
            `DATA_CORRUPT` when it is truncated or a checksum fails.
    """
    if ".array_record-" in file.name:
        return _read_array_records(file)
    if ".tfrecord-" in file.name:
        return _read_tfrecords(file)
    raise _corrupt(file, "is neither an ArrayRecord nor a TFRecord file")


def _read_tfrecords(file: Path) -> Iterator[bytes]:
    crc32c = import_optional("google_crc32c", "tfds", "google-crc32c").value

    def verify(data: bytes, checksum: int) -> bytes:
        crc = crc32c(data)
        if ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFF_FFFF != checksum:
            raise _corrupt(file, "has a record that its checksum does not match")
        return data

    with open_file(file, _REMEDY) as stream:
        while header := stream.read(_LENGTH.size):
            if len(header) < _LENGTH.size:
                raise _corrupt(file, "is truncated")
            length, checksum = _LENGTH.unpack(header)
            verify(header[:8], checksum)
            if length > LARGEST_FILE_BYTES:
                raise _corrupt(file, f"has a record of {length} bytes")
            body = stream.read(length + _CHECKSUM.size)
            if len(body) < length + _CHECKSUM.size:
                raise _corrupt(file, "is truncated")
            yield verify(body[:length], *_CHECKSUM.unpack(body[length:]))


def _read_array_records(file: Path) -> Iterator[bytes]:
    module = import_optional("array_record.python.array_record_module", "tfds", "array-record")
    with open_file(file, _REMEDY):
        pass
    try:
        reader = module.ArrayRecordReader(str(file))
        try:
            for _ in range(reader.num_records()):
                yield reader.read()
        finally:
            reader.close()
    # The package has no exception type of its own.
    except (RuntimeError, ValueError, IndexError) as error:
        raise _corrupt(file, f"does not read ({' '.join(str(error).split())})") from error


_REMEDY = "remove its folder and prepare its data set again"


def _corrupt(file: Path, reason: str) -> SidecarError:
    return SidecarError("DATA_CORRUPT", f"{file} {reason}; {_REMEDY}")
