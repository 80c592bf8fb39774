"""Puts arrays on devices, which may belong to several hosts."""

from __future__ import annotations

from typing import Any

import jax
from jax.experimental import multihost_utils
from jax.sharding import Sharding

Tree = Any
"""Arrays in tuples, lists and dictionaries; a result has the form of its argument."""


def put(arrays: Tree, sharding: Sharding | None) -> Tree:
    """Puts a tree of arrays where they belong.

    Every host of a slice calls this with the same values, and keeps the parts that lie on its own
    devices; nothing is sent between hosts.

    Args:
        arrays: arrays of the host, or of one of its devices.
        sharding: where they lie. None: on the default device.
    """
    if sharding is None or sharding.is_fully_addressable:
        return jax.device_put(arrays, sharding)
    return jax.tree.map(
        lambda array: jax.make_array_from_callback(
            array.shape, sharding, lambda index: array[index]
        ),
        arrays,
    )


def fetch(arrays: Tree) -> Tree:
    """Copies a tree of arrays to the host; gathers first what lies on several hosts."""
    if all(array.is_fully_addressable for array in jax.tree.leaves(arrays)):
        return jax.device_get(arrays)
    return multihost_utils.process_allgather(arrays, tiled=True)
