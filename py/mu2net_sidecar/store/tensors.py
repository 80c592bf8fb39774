"""Tensors as bytes: the safetensors format, written deterministically."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ml_dtypes
import numpy as np
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def encode(tensors: Mapping[str, np.ndarray]) -> bytes:
    """The safetensors bytes of `tensors`: equal tensors give equal bytes, in any order of names.

    Raises:
        ValueError: A tensor has a number type that is not stored (see `DTYPES`).
    """
    dense = {}
    for name in sorted(tensors):
        # order="C" keeps scalars scalar, which np.ascontiguousarray does not.
        tensor = np.asarray(tensors[name], order="C")
        if tensor.dtype not in DTYPES.values():
            raise ValueError(f"tensor '{name}' has type {tensor.dtype}, which is not stored")
        dense[name] = tensor
    return save(dense)


def decode(data: bytes) -> dict[str, np.ndarray]:
    """The tensors of safetensors bytes.

    Raises:
        ValueError: The bytes are not safetensors, or hold a number type that is not in `DTYPES`.
    """
    try:
        entries = deserialize(data)
    except SafetensorError as error:
        raise ValueError(f"not safetensors ({error})") from error
    tensors = {}
    for name, entry in entries:
        if entry["dtype"] not in DTYPES:
            raise ValueError(f"tensor '{name}' has the unknown type {entry['dtype']}")
        tensors[name] = np.frombuffer(entry["data"], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors
