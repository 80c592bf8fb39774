"""Counts the predictions of a path by class, and shows mistakes."""

from __future__ import annotations

import numpy as np

from mu2net_sidecar import engine
from mu2net_sidecar.data import ImageSet, encode_png
from mu2net_sidecar.service.handlers._caller import Caller
from mu2net_sidecar.service.handlers._evaluate import trial_of
from mu2net_sidecar.service.handlers._resources import Resources
from mu2net_sidecar.wire import requests


def examine(
    request: requests.ExamineRequest, resources: Resources, caller: Caller
) -> requests.ExamineResult:
    """Counts what a path predicts on a whole split, and shows its most confident mistakes.

    Raises:
        SidecarError: data or a stored component are missing or corrupt.
        Cancelled: the caller has cancelled the request.
    """
    trial = trial_of(request, resources, caller)
    predictions = engine.examine(
        resources.engine, trial.path, request.architecture.num_classes, trial.batches
    )
    wrong = np.flatnonzero(predictions.predicted != predictions.labels)
    by_confidence = np.argsort(-predictions.probability[wrong], kind="stable")
    shown = wrong[by_confidence][: request.mistakes]
    return requests.ExamineResult(
        len(predictions.labels) - len(wrong),
        len(predictions.labels),
        _cells_of(predictions),
        [_mistake_of(int(at), predictions, trial.images, request.largest_side) for at in shown],
    )


def _cells_of(predictions: engine.Predictions) -> list[requests.ConfusionCell]:
    """Returns the cells of the confusion matrix that are not 0, by label, then by prediction."""
    pairs = np.stack([predictions.labels, predictions.predicted], axis=-1)
    cells, counts = np.unique(pairs, axis=0, return_counts=True)
    return [
        requests.ConfusionCell(int(label), int(predicted), int(count))
        for (label, predicted), count in zip(cells, counts, strict=True)
    ]


def _mistake_of(
    at: int, predictions: engine.Predictions, images: ImageSet, largest_side: int
) -> requests.Mistake:
    one = images[np.array([at])]
    height, width = one.sizes[0]
    pixels = np.asarray(one.pixels)[0, :height, :width]
    return requests.Mistake(
        at,
        int(predictions.labels[at]),
        int(predictions.predicted[at]),
        _fraction_of(predictions.probability[at]),
        _fraction_of(predictions.label_probability[at]),
        encode_png(pixels, largest_side),
    )


def _fraction_of(probability: np.float32) -> float:
    """Returns a probability in [0, 1]; 0 where the logits of a broken model are not finite."""
    return float(np.clip(np.nan_to_num(probability), 0.0, 1.0))
