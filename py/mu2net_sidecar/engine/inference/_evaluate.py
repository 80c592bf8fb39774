"""Evaluates a path on labelled images."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import jax
import numpy as np

from mu2net_sidecar.engine._engine import Engine
from mu2net_sidecar.engine._path import PathComponent
from mu2net_sidecar.engine._stage import forward
from mu2net_sidecar.engine.device import Batch, fetch
from mu2net_sidecar.engine.inference._tally import Tally, read_tally
from mu2net_sidecar.engine.programs import judge


@dataclass(frozen=True)
class Evaluation:
    """How a path does on a split.

    Attributes:
        tally: the counts.
        outcomes: one bit per labelled example in the order of the batches, 1 for a correct
            prediction. Bits fill bytes from the highest on; zeros fill the last byte.
    """

    tally: Tally
    outcomes: bytes


def evaluate(
    engine: Engine,
    components: Sequence[PathComponent],
    num_classes: int,
    batches: Iterable[Batch],
) -> Evaluation:
    """Judges every prediction of a path; fetches the outcomes from the device at the end.

    Args:
        engine: that of the device.
        components: those of the path, in forward order.
        num_classes: classes of the task.
        batches: all of one size; only the last may be shorter. Unlabelled examples do not count.

    Raises:
        ValueError: no batch has an example, or the kind of a component is unknown.
    """
    stages, classes = engine.place(components), jax.device_put(np.int32(num_classes))
    judged = [
        judge(forward(stages, images), labels, classes)
        for images, labels in engine.layout.batches(batches)
    ]
    verdicts = np.concatenate([np.empty((3, 0), bool), *fetch(judged)], axis=-1)
    correct, labelled, _ = verdicts
    return Evaluation(read_tally(verdicts.sum(-1)), np.packbits(correct[labelled]).tobytes())
