"""Judges predictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import jax
import numpy as np

from mu2net_sidecar.engine.child import Batch, PathComponent
from mu2net_sidecar.engine.engine import Engine, Stage
from mu2net_sidecar.engine.loss import judge


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


@dataclass(frozen=True)
class Evaluation:
    """How a path does on a split.

    Attributes:
        tally: what was counted.
        outcomes: a bit per example in the order of the batches, 1 for a correct prediction: the
            first is the highest of the first byte, and zeros fill the last byte.
    """

    tally: Tally
    outcomes: bytes


def evaluate(
    engine: Engine,
    components: Sequence[PathComponent],
    num_classes: int,
    batches: Iterable[Batch],
) -> Evaluation:
    """Judges every prediction of a path; what was judged is fetched at the end.

    Args:
        engine: of the device.
        components: of the path, in forward order.
        num_classes: classes of the task.
        batches: of one size; only the last may be shorter. Unlabelled examples do not count.

    Raises:
        ValueError: there is no example, or a component is of no known kind.
    """
    stages, classes = engine.place(components), jax.device_put(np.int32(num_classes))
    judged = [
        judge(forward(stages, images), labels, classes)
        for images, labels in engine.layout.batches(batches)
    ]
    verdicts = np.concatenate([np.empty((3, 0), bool), *jax.device_get(judged)], axis=-1)
    correct, labelled, _ = verdicts
    return Evaluation(tally_of(verdicts.sum(-1)), np.packbits(correct[labelled]).tobytes())


def forward(stages: Sequence[Stage], x: jax.Array) -> jax.Array:
    """The output of the last stage."""
    for stage in stages:
        x = stage.programs.forward(stage.params, x)
    return x


def tally_of(counts: jax.Array | np.ndarray) -> Tally:
    """What was counted, on the device or here.

    Raises:
        ValueError: there was no batch.
    """
    correct, total, broken = (int(n) for n in np.asarray(counts))
    if total == 0:
        raise ValueError("there are no examples to evaluate on")
    return Tally(correct, total, finite=broken == 0)
