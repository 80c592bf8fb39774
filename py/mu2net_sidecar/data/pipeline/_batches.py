"""Batches of a task, on the device.

Training batches are a function of the seed and the step alone, so that every child of a generation
sees the same ones, on any worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.data.augment import augment, preprocess
from mu2net_sidecar.data.pipeline._order import batch_order, permutation, successive
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Array, Float, Int, Int32

    from mu2net_sidecar.data.augment import Augmentation
    from mu2net_sidecar.data.pipeline._placement import Split

    Images = Float[Array, "b s s 3"]
    Labels = Int32[Array, " b"]


UNLABELLED = -1
"""Label of an image that only fills up a batch; it is not a class, so no prediction equals it."""


class TrainBatches:
    """An endless sequence of shuffled and augmented batches.

    Args:
        split: The images to learn from.
        batch_size: Examples per batch.
        image_size: Side of the square that the model sees, pixels.
        augmentation: How the images are varied.
        data_seed: Seed of the order and of the augmentation, below 2^32.
    """

    def __init__(
        self,
        split: Split,
        *,
        batch_size: int,
        image_size: int,
        augmentation: Augmentation,
        data_seed: int,
    ) -> None:
        self._epoch = len(split)
        epochs = lru_cache(maxsize=2)(partial(permutation, data_seed, self._epoch))
        self._order = partial(batch_order, epochs, self._epoch, batch_size)
        self._batch = split.gather(self._order)
        self._image_size = image_size
        self._augmentation = augmentation.as_arrays()
        self._key = jax.random.key(data_seed)

    def __len__(self) -> int:
        """Examples in an epoch."""
        return self._epoch

    def examples(self, step: int) -> Int[np.ndarray, " b"]:
        """Returns the positions in the split of the images in the batch of a step."""
        return self._order(step)

    def train_batch(self, step: int) -> tuple[Images, Labels]:
        """Returns the images, values in [-1, 1], and the labels of the batch of a step.

        Args:
            step: Number of batches before this one.

        Raises:
            SidecarError: An image cannot be read or decoded; the line names it.
        """
        batch = self._batch(step)
        images = augment(
            jax.random.fold_in(self._key, jax.device_put(np.uint32(step))),
            batch.pixels,
            batch.sizes,
            self._augmentation,
            image_size=self._image_size,
        )
        return images, batch.labels


class ValidationBatches:
    """The first batches of a split, all of one size, without augmentation.

    It can be iterated more than once.

    Args:
        split: The images that decide which path is retained.
        batch_size: Examples per batch.
        batches: Number of batches.
        image_size: Side of the square that the model sees, pixels.

    Raises:
        SidecarError: `DATA_EMPTY` when the split has fewer examples than the batches take.
    """

    def __init__(self, split: Split, batch_size: int, batches: int, image_size: int) -> None:
        if batches * batch_size > len(split):
            raise SidecarError(
                "DATA_EMPTY",
                f"the validation split has {len(split)} examples, fewer than the {batches} "
                f"batches of {batch_size} planned; the data have changed since: start a new run",
            )
        self._split = split
        self._batch_size = batch_size
        self._batches = batches
        self._image_size = image_size

    def __iter__(self) -> Iterator[tuple[Images, Labels]]:
        batch = self._split.gather(partial(successive, self._batch_size), self._batches)
        for position in range(self._batches):
            pixels, sizes, labels = batch(position)
            yield preprocess(pixels, sizes, self._image_size), labels


@dataclass(frozen=True)
class CohortBatches:
    """The batches on which a cohort is trained and validated: the batch source of the engine.

    Attributes:
        train: The training batches.
        validation: The validation batches.
    """

    train: TrainBatches
    validation: ValidationBatches

    def train_batch(self, step: int) -> tuple[Images, Labels]:
        """Returns the training batch of a step; see `TrainBatches.train_batch`."""
        return self.train.train_batch(step)

    def validation_batches(self) -> ValidationBatches:
        """Returns the batches of one validation."""
        return self.validation


class TestBatches:
    """A whole split in batches of one size, without augmentation.

    It can be iterated more than once. The last batch is filled up with images that are labelled
    `UNLABELLED` and must not be counted.

    Args:
        split: The images to evaluate on.
        batch_size: Examples per batch.
        image_size: Side of the square that the model sees, pixels.
    """

    __test__ = False  # These are batches, not tests for pytest to collect.

    def __init__(self, split: Split, batch_size: int, image_size: int) -> None:
        self._split = split
        self._batch_size = batch_size
        self._image_size = image_size

    def __iter__(self) -> Iterator[tuple[Images, Labels]]:
        examples = len(self._split)
        batches = -(-examples // self._batch_size)

        def order(position: int) -> Int[np.ndarray, " b"]:
            return np.minimum(successive(self._batch_size, position), examples - 1)

        batch = self._split.gather(order, batches)
        for position in range(batches):
            pixels, sizes, labels = batch(position)
            is_filling = successive(self._batch_size, position) >= examples
            if is_filling.any():
                labels = jnp.where(jax.device_put(is_filling), UNLABELLED, labels)
            yield preprocess(pixels, sizes, self._image_size), labels
