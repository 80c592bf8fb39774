"""Flax's msgpack serialisation of nested dictionaries of arrays, read without flax.

An array is a msgpack extension that contains its shape, the name of its dtype and its bytes. An
array of more than 1 GiB is a dictionary of its shape and of chunks, which are arrays.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import ml_dtypes
import msgspec
import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Shaped

_NDARRAY, _SCALAR = 1, 3
_CHUNKED = "__msgpack_chunked_array__"
# msgspec does not copy bytes that are decoded as a memoryview.
_ARRAY = msgspec.msgpack.Decoder(tuple[tuple[int, ...], str, memoryview])


def decode_flax_state(data: bytes | memoryview) -> Mapping[str, Any]:
    """Decodes a nested dictionary whose leaves should be arrays; `flatten_flax_tree` checks them.

    The arrays are views of the data. Their bytes are not read, so a mapped file may be larger than
    the memory. Arrays that flax wrote in chunks stay in chunks; `flatten_flax_tree` joins them.

    Raises:
        ValueError: flax did not write these bytes, or some are missing.
    """
    try:
        return msgspec.msgpack.Decoder(dict[str, Any], ext_hook=_decode_extension).decode(data)
    except (msgspec.MsgspecError, TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def flatten_flax_tree(tree: object, name: str) -> dict[str, np.ndarray]:
    """Returns the arrays of a tree by their keys, joined by slashes.

    Args:
        tree: a value of a decoded state: an array, or a dictionary that contains arrays.
        name: name of the array if the tree is a single array.

    Raises:
        ValueError: a leaf is not an array, or lacks chunks.
    """
    return {"/".join(keys) or name: array for keys, array in _iterate_arrays(tree, ())}


def _iterate_arrays(
    tree: object, keys: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Shaped[np.ndarray, "*shape"]]]:
    if isinstance(tree, np.ndarray):
        yield keys, tree
    elif not isinstance(tree, Mapping):
        raise ValueError(f"it has {tree!r} where an array is expected")
    elif _CHUNKED in tree:
        yield keys, _join_chunks(tree)
    else:
        for key, branch in tree.items():
            yield from _iterate_arrays(branch, (*keys, key))


def _decode_extension(code: int, data: memoryview) -> Shaped[np.ndarray, "*shape"]:
    if code not in (_NDARRAY, _SCALAR):
        raise ValueError(f"it has an extension of type {code}")
    shape, name, content = _ARRAY.decode(data)
    dtype = np.dtype(ml_dtypes.bfloat16) if name == "bfloat16" else np.dtype(name)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content):
        raise ValueError(f"it has an array of {len(content)} bytes for {shape} of {name}")
    return np.ndarray(shape, dtype, content)


def _join_chunks(tree: Mapping[str, Any]) -> Shaped[np.ndarray, "*shape"]:
    try:
        chunks, shape = (_list_values(tree[part]) for part in ("chunks", "shape"))
        return np.concatenate(chunks).reshape([int(size) for size in shape])
    except (KeyError, TypeError) as error:
        raise ValueError("it has an array that lacks chunks") from error


def _list_values(tree: object) -> list[np.ndarray]:
    """Returns the values of a list, which flax writes as a dictionary of indices."""
    if not isinstance(tree, Mapping):
        raise TypeError("it is not a dictionary of indices")
    return [np.asarray(tree[str(index)]) for index in range(len(tree))]
