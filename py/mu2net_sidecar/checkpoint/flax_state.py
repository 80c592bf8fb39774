"""Flax's msgpack serialisation of nested dictionaries of arrays, read without flax."""

from __future__ import annotations

import math
from collections.abc import Mapping

import ml_dtypes
import msgspec
import numpy as np

Tree = Mapping[str, "Tree"] | np.ndarray
NDARRAY, SCALAR = 1, 3
CHUNKED = "__msgpack_chunked_array__"


def read_state(data: bytes) -> Mapping[str, Tree]:
    """The nested dictionary whose leaves are arrays.

    Raises:
        ValueError: the bytes are nothing that flax wrote.
    """
    try:
        state = _whole(msgspec.msgpack.Decoder(ext_hook=_extension).decode(data))
    except (msgspec.MsgspecError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(state, Mapping):
        raise ValueError("it holds no dictionary")
    return state


def flat(tree: Tree, name: str) -> dict[str, np.ndarray]:
    """Arrays by the names on their way, joined by slashes; a lone array gets `name`."""
    if not isinstance(tree, Mapping):
        return {name: np.asarray(tree)}
    arrays: dict[str, np.ndarray] = {}
    for key, branch in tree.items():
        if isinstance(branch, Mapping):
            arrays |= {f"{key}/{rest}": array for rest, array in flat(branch, key).items()}
        else:
            arrays[key] = np.asarray(branch)
    return arrays


def _extension(code: int, data: memoryview) -> object:
    if code not in (NDARRAY, SCALAR):
        raise ValueError(f"it has an extension of type {code}")
    shape, name, content = msgspec.msgpack.decode(data)
    dtype = np.dtype(ml_dtypes.bfloat16) if name == "bfloat16" else np.dtype(name)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content):
        raise ValueError(f"it has an array of {len(content)} bytes for {shape} of {name}")
    return np.frombuffer(content, dtype).reshape(shape)


def _whole(tree: Tree) -> Tree:
    """Puts arrays together that flax wrote in chunks, for they were large."""
    if not isinstance(tree, Mapping):
        return tree
    if CHUNKED not in tree:
        return {key: _whole(branch) for key, branch in tree.items()}
    chunks, shape = (_listed(tree[part]) for part in ("chunks", "shape"))
    return np.concatenate(chunks).reshape([int(size) for size in shape])


def _listed(tree: Tree) -> list[np.ndarray]:
    """A list as flax writes it: by the indices as text."""
    return [np.asarray(tree[str(index)]) for index in range(len(tree))]
