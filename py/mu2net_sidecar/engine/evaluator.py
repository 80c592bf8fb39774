"""Counts correct predictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import jax
import numpy as np

from mu2net_sidecar.engine.child import Batch, PathComponent
from mu2net_sidecar.engine.engine import Engine, Stage
from mu2net_sidecar.engine.loss import count


@dataclass(frozen=True)
class Tally:
    """Correct predictions among so many examples, and whether all logits were finite."""

    correct: int
    total: int
    finite: bool

    @property
    def quality(self) -> float:
        """Top-1 accuracy, in [0, 1]."""
        return self.correct / self.total


def evaluate(
    engine: Engine,
    components: Sequence[PathComponent],
    num_classes: int,
    batches: Iterable[Batch],
) -> Tally:
    """Counts the correct predictions of a path.

    Args:
        engine: of the device.
        components: of the path, in forward order.
        num_classes: classes of the task.
        batches: of one size; only the last may be shorter.

    Raises:
        ValueError: there is no batch, or a component is of no known kind.
    """
    stages, classes = engine.place(components), jax.device_put(np.int32(num_classes))
    counts = jax.device_put(np.zeros(3, np.int32))
    for images, labels in engine.layout.batches(batches):
        counts = count(counts, forward(stages, images), labels, classes)
    return tally_of(counts)


def forward(stages: Sequence[Stage], x: jax.Array) -> jax.Array:
    """The output of the last stage."""
    for stage in stages:
        x = stage.programs.forward(stage.params, x)
    return x


def tally_of(counts: jax.Array) -> Tally:
    """What was counted, fetched from the device.

    Raises:
        ValueError: there was no batch.
    """
    correct, total, broken = (int(n) for n in np.asarray(counts))
    if total == 0:
        raise ValueError("there are no examples to evaluate on")
    return Tally(correct, total, finite=broken == 0)
