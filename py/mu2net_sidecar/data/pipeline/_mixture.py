"""Batches that mix several tasks, whose classes are counted one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.data.augment import Augmentation, Distortion, distort
from mu2net_sidecar.data.pipeline._batches import TrainBatches, ValidationBatches
from mu2net_sidecar.data.pipeline._placement import Split

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int

_VALIDATION_BATCH = 256


@dataclass(frozen=True)
class MixedTask:
    """One of the tasks that are mixed.

    Attributes:
        train: The images to learn from.
        validation: The images to validate on.
        num_classes: Number of classes.
    """

    train: Split
    validation: Split
    num_classes: int


class MixedBatches:
    """Batches of several tasks: each has a share of every batch by its number of images.

    Args:
        tasks: The tasks, in the order in which their classes count.
        batch_size: Examples per batch; every task has at least one.
        image_size: Side of the square that the model sees, pixels.
        augmentation: How the images are varied.
        distortion: How they are distorted after that.
        seed: Seed of order and variation, below 2^32.
        max_validation_examples: Examples of a task at most that a validation takes.
    """

    def __init__(
        self,
        tasks: Sequence[MixedTask],
        *,
        batch_size: int,
        image_size: int,
        augmentation: Augmentation,
        distortion: Distortion,
        seed: int,
        max_validation_examples: int,
    ) -> None:
        shares = apportion([len(task.train) for task in tasks], batch_size)
        self._offsets = np.cumsum([0, *(task.num_classes for task in tasks)])[:-1].tolist()
        self._train = [
            TrainBatches(
                task.train,
                batch_size=share,
                image_size=image_size,
                augmentation=augmentation,
                data_seed=(seed + nth) % 2**32,
            )
            for nth, (task, share) in enumerate(zip(tasks, shares, strict=True))
        ]
        self._validation = [
            _first_batches(task.validation, max_validation_examples, image_size) for task in tasks
        ]
        self._distortion = Distortion(*(jnp.float32(each) for each in distortion))
        self._key = jax.random.key(seed)

    def train_batch(self, step: int) -> tuple[Float[Array, "b s s 3"], Int[Array, " b"]]:
        """Returns the images, values in [-1, 1], and the labels of the batch of a step."""
        parts = [batches.train_batch(step) for batches in self._train]
        images = jnp.concatenate([images for images, _ in parts])
        labels = [labels + offset for (_, labels), offset in zip(parts, self._offsets, strict=True)]
        key = jax.random.fold_in(self._key, jax.device_put(np.uint32(step)))
        return distort(key, images, self._distortion), jnp.concatenate(labels)

    def validation_batches(
        self,
    ) -> list[Iterator[tuple[Float[Array, "b s s 3"], Int[Array, " b"]]]]:
        """Returns the validation batches of each task, neither varied nor distorted."""
        return [
            _shift(batches, offset)
            for batches, offset in zip(self._validation, self._offsets, strict=True)
        ]


def apportion(sizes: Sequence[int], total: int) -> list[int]:
    """Divides a batch among tasks by their sizes; each gets at least one.

    Raises:
        ValueError: the batch has fewer examples than there are tasks.
    """
    if total < len(sizes):
        raise ValueError(f"a batch of {total} cannot have an example of each of {len(sizes)} tasks")
    free = total - len(sizes)
    exact = [free * size / sum(sizes) for size in sizes]
    shares = [1 + int(each) for each in exact]
    by_remainder = sorted(range(len(sizes)), key=lambda nth: int(exact[nth]) - exact[nth])
    for nth in by_remainder[: total - sum(shares)]:
        shares[nth] += 1
    return shares


def _shift(
    batches: ValidationBatches, offset: int
) -> Iterator[tuple[Float[Array, "b s s 3"], Int[Array, " b"]]]:
    """Yields batches whose labels begin at an offset."""
    for images, labels in batches:
        yield images, labels + offset


def _first_batches(split: Split, most: int, image_size: int) -> ValidationBatches:
    examples = min(len(split), most)
    size = min(examples, _VALIDATION_BATCH)
    return ValidationBatches(split, size, examples // size, image_size)
