"""Flax's msgpack serialisation of nested dictionaries of arrays, read without flax."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import ml_dtypes
import msgspec
import numpy as np

Tree = Mapping[str, "Tree"] | np.ndarray
NDARRAY, SCALAR = 1, 3
CHUNKED = "__msgpack_chunked_array__"
# Asked for as a memoryview, bytes are not copied.
_ARRAY = msgspec.msgpack.Decoder(tuple[tuple[int, ...], str, memoryview])


def read_state(data: bytes | memoryview) -> Mapping[str, Tree]:
    """The nested dictionary whose leaves are arrays, views of the data.

    Of the arrays nothing is read: those of a file that is mapped can be larger than the memory.
    Arrays of more than 1 GiB are still in the chunks that flax wrote; `flat` puts them together.

    Raises:
        ValueError: the bytes are nothing that flax wrote, or not all of it.
    """
    try:
        return msgspec.msgpack.Decoder(dict[str, Any], ext_hook=_extension).decode(data)
    except (msgspec.MsgspecError, TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def flat(tree: Tree, name: str) -> dict[str, np.ndarray]:
    """Arrays by the names on their way, joined by slashes; a lone array gets `name`.

    Raises:
        ValueError: a leaf is no array, or lacks chunks.
    """
    return {"/".join(way) or name: array for way, array in _arrays(tree, ())}


def _arrays(tree: Tree, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], np.ndarray]]:
    if isinstance(tree, np.ndarray):
        yield way, tree
    elif not isinstance(tree, Mapping):
        raise ValueError(f"it has {tree!r} where an array is expected")
    elif CHUNKED in tree:
        yield way, _whole(tree)
    else:
        for key, branch in tree.items():
            yield from _arrays(branch, (*way, key))


def _extension(code: int, data: memoryview) -> np.ndarray:
    if code not in (NDARRAY, SCALAR):
        raise ValueError(f"it has an extension of type {code}")
    shape, name, content = _ARRAY.decode(data)
    dtype = np.dtype(ml_dtypes.bfloat16) if name == "bfloat16" else np.dtype(name)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content):
        raise ValueError(f"it has an array of {len(content)} bytes for {shape} of {name}")
    return np.ndarray(shape, dtype, content)


def _whole(tree: Mapping[str, Tree]) -> np.ndarray:
    """Puts an array together that flax wrote in chunks, for it was large."""
    try:
        chunks, shape = (_listed(tree[part]) for part in ("chunks", "shape"))
        return np.concatenate(chunks).reshape([int(size) for size in shape])
    except (KeyError, TypeError) as error:
        raise ValueError("it has an array whose chunks are not all there") from error


def _listed(tree: Tree) -> list[np.ndarray]:
    """A list as flax writes it: by the indices as text."""
    return [np.asarray(tree[str(index)]) for index in range(len(tree))]
