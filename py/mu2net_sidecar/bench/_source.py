"""Batches that cost nothing to make, and a clock on requests for batches."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import jax
import numpy as np

from mu2net_sidecar.bench._subject import NUM_CLASSES, Subject
from mu2net_sidecar.engine import Batch, BatchSource

DISTINCT = 4


class Synthetic:
    """A few random batches on the device, over and over.

    Args:
        subject: gives their size.
        draw: draws images and labels.
        validation_batches: number of validation batches.
        validation_batch_size: their size; the subject's unless given.
        num_classes: labels are below it.
    """

    def __init__(
        self,
        subject: Subject,
        draw: np.random.Generator,
        *,
        validation_batches: int = 1,
        validation_batch_size: int | None = None,
        num_classes: int = NUM_CLASSES,
    ) -> None:
        size = subject.architecture.image_size

        def batch(examples: int) -> Batch:
            images = draw.uniform(-1, 1, (examples, size, size, 3)).astype(np.float32)
            labels = draw.integers(0, num_classes, examples).astype(np.int32)
            return jax.device_put((images, labels))

        self._train = [batch(subject.batch_size) for _ in range(DISTINCT)]
        examples = validation_batch_size or subject.batch_size
        self._validation = [batch(examples) for _ in range(validation_batches)]

    def train_batch(self, step: int) -> Batch:
        """The batch of a step."""
        return self._train[step % DISTINCT]

    def validation_batches(self) -> Sequence[Batch]:
        """The batches of a validation."""
        return self._validation


class Clocked:
    """Another source; notes when each training batch is asked for."""

    def __init__(self, source: BatchSource) -> None:
        self._source = source
        self.asked: list[float] = []

    def train_batch(self, step: int) -> Batch:
        """The batch of a step."""
        self.asked.append(time.perf_counter())
        return self._source.train_batch(step)

    def validation_batches(self) -> Iterable[Batch]:
        """The batches of a validation."""
        return self._source.validation_batches()


class Shipped:
    """Another source whose batches lie in host memory as float32; each step ships one."""

    def __init__(self, source: BatchSource) -> None:
        self._source = source
        self._on_host: dict[int, Batch] = {}

    def train_batch(self, step: int) -> Batch:
        """The batch of a step."""
        return self._ship(self._source.train_batch(step))

    def validation_batches(self) -> Iterable[Batch]:
        """The batches of a validation."""
        return map(self._ship, self._source.validation_batches())

    def _ship(self, batch: Batch) -> Batch:
        if id(batch) not in self._on_host:
            self._on_host[id(batch)] = jax.device_get(batch)
        return jax.device_put(self._on_host[id(batch)], may_alias=False)
