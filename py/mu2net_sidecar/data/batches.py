"""Batches of a task, on the device.

Training batches are a function of the seed and the step alone, so that every child of a generation
sees the same ones, on whichever worker it is trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.data.augment import Augmentation, augment
from mu2net_sidecar.data.preprocess import preprocess
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jaxtyping import Array, Float, Int, Int32

    from mu2net_sidecar.data.placement import Split

    Images = Float[Array, "b s s 3"]
    Labels = Int32[Array, " b"]


UNLABELLED = -1
"""Label of an image that only fills a batch; it is no class, so no prediction equals it."""


def permutation(seed: int, examples: int, epoch: int) -> Int[np.ndarray, " examples"]:
    """The order of the examples in an epoch.

    The ranks of raw Philox draws, which NumPy keeps the same for ever, unlike its shuffles.
    """
    bits = np.random.Philox(key=np.array([seed, epoch], np.uint64))
    return np.argsort(bits.random_raw(examples), kind="stable")


def order(
    epochs: Callable[[int], Int[np.ndarray, " examples"]], examples: int, batch_size: int, step: int
) -> Int[np.ndarray, " {batch_size}"]:
    """The examples of the batch of a step: the orders of the `epochs`, end to end, cut in batches.

    Args:
        epochs: Gives the order of the examples in an epoch, counted from 0.
        examples: Number of examples of an epoch.
        batch_size: Examples per batch, may exceed those of an epoch.
        step: Number of batches before this one.
    """
    start, stop = step * batch_size, (step + 1) * batch_size
    first, last = start // examples, (stop - 1) // examples
    stream = np.concatenate([epochs(epoch) for epoch in range(first, last + 1)])
    return stream[start - first * examples : stop - first * examples]


class TrainBatches:
    """Shuffled and augmented batches, without end.

    Args:
        split: The images to learn from.
        batch_size: Examples per batch.
        image_size: Side of the square that the model sees, pixels.
        augmentation: How the images are varied.
        data_seed: Orders the examples and draws the augmentations, below 2^32.
    """

    def __init__(
        self,
        split: Split,
        batch_size: int,
        image_size: int,
        augmentation: Augmentation,
        data_seed: int,
    ) -> None:
        self._epoch = len(split)
        epochs = lru_cache(maxsize=2)(partial(permutation, data_seed, self._epoch))
        self._order = partial(order, epochs, self._epoch, batch_size)
        self._batch = split.gather(self._order)
        self._image_size = image_size
        self._augmentation = augmentation.traced()
        self._key = jax.random.key(data_seed)

    def __len__(self) -> int:
        """Examples in an epoch."""
        return self._epoch

    def examples(self, step: int) -> Int[np.ndarray, " b"]:
        """Which images are in the batch of a step, counted from 0."""
        return self._order(step)

    def train_batch(self, step: int) -> tuple[Images, Labels]:
        """The images, values in [-1, 1], and labels of the batch of a step, counted from 0."""
        batch = self._batch(step)
        images = augment(
            jax.random.fold_in(self._key, jax.device_put(np.uint32(step))),
            batch.pixels,
            batch.sizes,
            self._augmentation,
            self._image_size,
        )
        return images, batch.labels


class ValidationBatches:
    """The first batches of a split, all of one size, without augmentation; may be iterated again.

    Raises:
        SidecarError: `DATA_EMPTY` when the split has fewer examples than the batches take.
    """

    def __init__(self, split: Split, batch_size: int, batches: int, image_size: int) -> None:
        if batches * batch_size > len(split):
            raise SidecarError(
                "DATA_EMPTY",
                f"the validation split has {len(split)} examples, fewer than the {batches} "
                f"batches of {batch_size} planned; the data changed since: start a new run",
            )
        self._split = split
        self._batch_size = batch_size
        self._batches = batches
        self._image_size = image_size

    def __iter__(self) -> Iterator[tuple[Images, Labels]]:
        batch = self._split.gather(partial(_successive, self._batch_size), self._batches)
        for position in range(self._batches):
            pixels, sizes, labels = batch(position)
            yield preprocess(pixels, sizes, self._image_size), labels


@dataclass(frozen=True)
class CohortBatches:
    """What a cohort is trained and validated on: the batch source of the engine."""

    train: TrainBatches
    validation: ValidationBatches

    def train_batch(self, step: int) -> tuple[Images, Labels]:
        """The training batch of a step, counted from 0."""
        return self.train.train_batch(step)

    def validation_batches(self) -> ValidationBatches:
        """The batches of a validation."""
        return self.validation


class TestBatches:
    """A whole split in batches of one size, without augmentation; may be iterated again.

    The last batch is filled up with images labelled `UNLABELLED`, which are not to be counted.
    """

    __test__ = False  # a collection of batches, not of tests

    def __init__(self, split: Split, batch_size: int, image_size: int) -> None:
        self._split = split
        self._batch_size = batch_size
        self._image_size = image_size

    def __iter__(self) -> Iterator[tuple[Images, Labels]]:
        examples = len(self._split)
        batches = -(-examples // self._batch_size)

        def filled(position: int) -> Int[np.ndarray, " b"]:
            return np.minimum(_successive(self._batch_size, position), examples - 1)

        batch = self._split.gather(filled, batches)
        for position in range(batches):
            pixels, sizes, labels = batch(position)
            is_filling = _successive(self._batch_size, position) >= examples
            if is_filling.any():
                labels = jnp.where(jax.device_put(is_filling), UNLABELLED, labels)
            yield preprocess(pixels, sizes, self._image_size), labels


def _successive(batch_size: int, position: int) -> Int[np.ndarray, " {batch_size}"]:
    return np.arange(position * batch_size, (position + 1) * batch_size)
