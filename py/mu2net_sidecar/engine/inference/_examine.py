"""Tells what a path predicts for labelled images, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jax
import numpy as np

from mu2net_sidecar.engine._engine import Engine
from mu2net_sidecar.engine._path import PathComponent
from mu2net_sidecar.engine._stage import forward
from mu2net_sidecar.engine.device import UNLABELLED, Batch, fetch
from mu2net_sidecar.engine.programs import predict

if TYPE_CHECKING:
    from jaxtyping import Float32, Int32


@dataclass(frozen=True)
class Predictions:
    """Predictions of a path for n labelled examples, in the order of the batches.

    Attributes:
        labels: class of each example.
        predicted: likeliest class according to the path.
        probability: its probability.
        label_probability: the probability of the label.
    """

    labels: Int32[np.ndarray, " n"]
    predicted: Int32[np.ndarray, " n"]
    probability: Float32[np.ndarray, " n"]
    label_probability: Float32[np.ndarray, " n"]


def examine(
    engine: Engine,
    components: Sequence[PathComponent],
    num_classes: int,
    batches: Iterable[Batch],
) -> Predictions:
    """Returns the predictions of a path; fetches them from the device at the end.

    Args:
        engine: that of the device.
        components: those of the path, in forward order.
        num_classes: classes of the task.
        batches: all of one size; only the last may be shorter. Unlabelled examples do not count.

    Raises:
        ValueError: no batch has an example, or the kind of a component is unknown.
    """
    stages, classes = engine.place(components), jax.device_put(np.int32(num_classes))
    parts = [
        (labels, *predict(forward(stages, images), labels, classes))
        for images, labels in engine.layout.batches(batches)
    ]
    if not parts:
        raise ValueError("there are no examples to examine")
    labels, predicted, probabilities = (
        np.concatenate(arrays, axis=-1) for arrays in zip(*fetch(parts), strict=True)
    )
    known = labels != UNLABELLED
    probability, label_probability = probabilities[:, known]
    return Predictions(
        labels[known].astype(np.int32),
        predicted[known].astype(np.int32),
        probability,
        label_probability,
    )
