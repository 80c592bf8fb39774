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

    from jaxtyping import Shaped

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
"""The dtypes that can be stored, by their names in safetensors."""
ALIGNMENT = 64
"""Tensors begin at multiples of so many bytes, so that JAX uses them on a CPU without a copy."""
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_LENGTH = struct.Struct("<Q")


def encode_tensors(tensors: Mapping[str, np.ndarray]) -> Iterator[Buffer]:
    """Encodes tensors as safetensors bytes.

    Equal tensors give equal bytes, in any order of names. The format allows no gaps between
    tensors, but spaces after its header. So the data begins aligned, and tensors whose size keeps
    the next one aligned come first.

    Args:
        tensors: arrays of any shape in one of `DTYPES`, by name.

    Returns:
        The bytes in parts. A part is a view of its tensor if the tensor is dense.

    Raises:
        ValueError: a tensor has a dtype that cannot be stored.
    """
    # order="C" keeps scalars scalar, which np.ascontiguousarray does not.
    dense = {name: np.asarray(tensor, order="C") for name, tensor in tensors.items()}
    header: dict[str, dict[str, Any]] = {}
    end = 0
    for name in sorted(dense, key=lambda name: _rank(name, dense[name])):
        tensor, begin = dense[name], end
        if tensor.dtype not in _NAMES:
            raise ValueError(f"tensor '{name}' has dtype {tensor.dtype}, which cannot be stored")
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


def decode_tensors(data: Buffer) -> dict[str, np.ndarray]:
    """Decodes safetensors bytes.

    Returns:
        The tensors by name: read-only views, which keep `data` alive.

    Raises:
        ValueError: the bytes are not safetensors, or contain a dtype that is not in `DTYPES`.
    """
    try:
        (length,) = _LENGTH.unpack_from(data)
        start = _LENGTH.size + length
        if start > len(data):
            raise ValueError("the header is cut short")
        header = json.loads(bytes(data[_LENGTH.size : start]))
        entries = {name: header[name] for name in header if name != "__metadata__"}
        return {name: _decode_tensor(name, entry, data, start) for name, entry in entries.items()}
    except (struct.error, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"not safetensors of this store ({error})") from error


def _rank(name: str, tensor: Shaped[np.ndarray, "*shape"]) -> tuple[bool, int, str]:
    return tensor.nbytes % ALIGNMENT != 0, -tensor.itemsize, name


def _decode_tensor(
    name: str, entry: Mapping[str, Any], data: Buffer, start: int
) -> Shaped[np.ndarray, "*shape"]:
    if entry["dtype"] not in DTYPES:
        raise ValueError(f"tensor '{name}' has the unknown dtype {entry['dtype']}")
    dtype, shape, (begin, end) = DTYPES[entry["dtype"]], entry["shape"], entry["data_offsets"]
    count = math.prod(shape)
    if begin < 0 or count * dtype.itemsize != end - begin:
        raise ValueError(f"tensor '{name}' does not have the size of its shape")
    if count == 0:
        return np.empty(shape, dtype)
    return np.frombuffer(data, dtype, count, start + begin).reshape(shape)
