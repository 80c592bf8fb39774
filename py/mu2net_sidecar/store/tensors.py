"""Tensors as bytes: the safetensors format, written deterministically and read in place."""

from __future__ import annotations

import json
import math
import struct
from typing import TYPE_CHECKING

import ml_dtypes
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    Buffer = bytes | memoryview

DTYPES = {
    "F64": np.dtype(np.float64),
    "F32": np.dtype(np.float32),
    "F16": np.dtype(np.float16),
    "BF16": np.dtype(ml_dtypes.bfloat16),
    "I64": np.dtype(np.int64),
    "I32": np.dtype(np.int32),
    "I16": np.dtype(np.int16),
    "I8": np.dtype(np.int8),
    "U64": np.dtype(np.uint64),
    "U32": np.dtype(np.uint32),
    "U16": np.dtype(np.uint16),
    "U8": np.dtype(np.uint8),
    "BOOL": np.dtype(np.bool_),
}
"""The number types of stored tensors, by their safetensors name."""
ALIGNMENT = 64
"""Bytes to whose multiples tensors are aligned: JAX then takes them on a CPU without a copy."""
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_LENGTH = struct.Struct("<Q")


def encode(tensors: Mapping[str, np.ndarray]) -> Iterator[Buffer]:
    """The safetensors bytes of `tensors`, in parts that are views of them where they are dense.

    Equal tensors give equal bytes, in any order of names. The format allows no gaps between
    tensors, but spaces after its header: the data begins aligned, and tensors whose size keeps the
    next one aligned come first.

    Raises:
        ValueError: A tensor has a number type that is not stored (see `DTYPES`).
    """
    # order="C" keeps scalars scalar, which np.ascontiguousarray does not.
    dense = {name: np.asarray(tensor, order="C") for name, tensor in tensors.items()}
    header: dict[str, dict[str, Any]] = {}
    end = 0
    for name in sorted(dense, key=lambda name: _rank(name, dense[name])):
        tensor, begin = dense[name], end
        if tensor.dtype not in _NAMES:
            raise ValueError(f"tensor '{name}' has type {tensor.dtype}, which is not stored")
        end = begin + tensor.nbytes
        header[name] = {
            "dtype": _NAMES[tensor.dtype],
            "shape": tensor.shape,
            "data_offsets": (begin, end),
        }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-(_LENGTH.size + len(text)) % ALIGNMENT)
    yield _LENGTH.pack(len(text)) + text
    for name in header:
        yield dense[name].reshape(-1).view(np.uint8).data


def decode(data: Buffer) -> dict[str, np.ndarray]:
    """The tensors of safetensors bytes: read-only views, which keep `data` alive.

    Raises:
        ValueError: The bytes are not safetensors, or hold a number type that is not in `DTYPES`.
    """
    try:
        (length,) = _LENGTH.unpack_from(data)
        start = _LENGTH.size + length
        if start > len(data):
            raise ValueError("the header is cut short")
        header = json.loads(bytes(data[_LENGTH.size : start]))
        entries = {name: header[name] for name in header if name != "__metadata__"}
        return {name: _tensor(name, entry, data, start) for name, entry in entries.items()}
    except (struct.error, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"not safetensors that are stored here ({error})") from error


def _rank(name: str, tensor: np.ndarray) -> tuple[bool, int, str]:
    return tensor.nbytes % ALIGNMENT != 0, -tensor.itemsize, name


def _tensor(name: str, entry: Mapping[str, Any], data: Buffer, start: int) -> np.ndarray:
    if entry["dtype"] not in DTYPES:
        raise ValueError(f"tensor '{name}' has the unknown type {entry['dtype']}")
    dtype, shape, (begin, end) = DTYPES[entry["dtype"]], entry["shape"], entry["data_offsets"]
    count = math.prod(shape)
    if begin < 0 or count * dtype.itemsize != end - begin:
        raise ValueError(f"tensor '{name}' does not have the size of its shape")
    if count == 0:
        return np.empty(shape, dtype)
    return np.frombuffer(data, dtype, count, start + begin).reshape(shape)
