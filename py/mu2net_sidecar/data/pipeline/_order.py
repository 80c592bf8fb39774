"""The order of the examples: which of them are in the batch of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Int


def permutation(seed: int, examples: int, epoch: int) -> Int[np.ndarray, " {examples}"]:
    """Returns the order of the examples in an epoch.

    It ranks raw Philox draws. NumPy guarantees these for all versions, unlike its shuffles.

    Args:
        seed: Seed of all epochs, below 2^32.
        examples: Number of examples.
        epoch: Number of epochs before this one.
    """
    bits = np.random.Philox(key=np.array([seed, epoch], np.uint64))
    return np.argsort(bits.random_raw(examples), kind="stable")


def batch_order(
    epochs: Callable[[int], Int[np.ndarray, " {examples}"]],
    examples: int,
    batch_size: int,
    step: int,
) -> Int[np.ndarray, " {batch_size}"]:
    """Returns the examples of the batch of a step: the epochs' orders, end to end, cut in batches.

    Args:
        epochs: Returns the order of the examples in an epoch, counted from 0.
        examples: Number of examples of an epoch.
        batch_size: Examples per batch; may exceed those of an epoch.
        step: Number of batches before this one.
    """
    start, stop = step * batch_size, (step + 1) * batch_size
    first, last = start // examples, (stop - 1) // examples
    stream = np.concatenate([epochs(epoch) for epoch in range(first, last + 1)])
    return stream[start - first * examples : stop - first * examples]


def successive(batch_size: int, position: int) -> Int[np.ndarray, " {batch_size}"]:
    """Returns the positions of a batch when batches are cut from a split without shuffling."""
    return np.arange(position * batch_size, (position + 1) * batch_size)
