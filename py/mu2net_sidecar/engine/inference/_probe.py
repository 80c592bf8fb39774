"""A linear classifier on the features of a path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.engine._engine import Engine
from mu2net_sidecar.engine._path import PathComponent
from mu2net_sidecar.engine._stage import forward
from mu2net_sidecar.engine.device import UNLABELLED, Batch, fetch

if TYPE_CHECKING:
    from jaxtyping import Float32, Float64, Int, Int32

_PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""Penalties to try, for each example and each unit of variance."""


def features(
    engine: Engine, components: Sequence[PathComponent], batches: Iterable[Batch]
) -> Float32[np.ndarray, "examples hidden"]:
    """Computes the outputs of a path without its head for all labelled examples, in order.

    Args:
        engine: that of the device.
        components: those of the path, in forward order, without the head.
        batches: all of one size; only the last may be shorter.
    """
    stages = engine.place(components)
    parts: list[np.ndarray] = []
    for images, labels in engine.layout.batches(batches):
        # Fetched one by one, so that the device holds one batch at a time.
        outputs, truth = fetch((forward(stages, images), labels))
        parts.append(np.asarray(outputs, np.float32)[np.asarray(truth) != UNLABELLED])
    return np.concatenate(parts)


@dataclass(frozen=True)
class Probe:
    """A linear classifier of standardised features.

    Attributes:
        mean: of each feature.
        scale: standard deviation of each feature, or 1 where it is constant.
        weights: with a last row for the intercept.
    """

    mean: Float32[np.ndarray, " hidden"]
    scale: Float32[np.ndarray, " hidden"]
    weights: Float64[np.ndarray, "inputs classes"]

    def predict(self, x: Float32[np.ndarray, "examples hidden"]) -> Int[np.ndarray, " examples"]:
        """Returns the likeliest class of each example."""
        return (_with_intercept((x - self.mean) / self.scale) @ self.weights).argmax(-1)


def fit_probe(
    train: Float32[np.ndarray, "examples hidden"],
    labels: Int32[np.ndarray, " examples"],
    validation: Float32[np.ndarray, "others hidden"],
    validation_labels: Int32[np.ndarray, " others"],
    num_classes: int,
) -> Probe:
    """Fits a ridge regression to the classes, as vectors of zeros and a one.

    The penalty is the one whose classifier predicts most of the validation examples; of equals,
    the largest. It is solved exactly, so it takes one pass and no learning rate.
    """
    mean, scale = train.mean(0), train.std(0)
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    x = _with_intercept((train - mean) / scale)
    targets = np.eye(num_classes)[labels]
    squares, products = x.T @ x, x.T @ targets
    penalised = np.eye(len(squares)) * len(x)
    penalised[-1, -1] = 0  # The intercept is free.
    probes = [
        Probe(mean, scale, np.linalg.solve(squares + penalty * penalised, products))
        for penalty in _PENALTIES
    ]
    return max(
        reversed(probes), key=lambda probe: (probe.predict(validation) == validation_labels).sum()
    )


def _with_intercept(
    x: Float32[np.ndarray, "examples hidden"],
) -> Float64[np.ndarray, "examples inputs"]:
    return np.concatenate([x, np.ones((len(x), 1), np.float32)], axis=1).astype(np.float64)
