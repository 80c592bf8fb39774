"""Evaluates paths on whole splits."""

from __future__ import annotations

from mu2net_sidecar import engine
from mu2net_sidecar.data import Dataset, ImageSet, TestBatches
from mu2net_sidecar.service.handlers._caller import Caller, until_stopped
from mu2net_sidecar.service.handlers._resources import Resources
from mu2net_sidecar.service.translate import frozen_path_of
from mu2net_sidecar.wire import requests


def evaluate(
    request: requests.EvaluateRequest, resources: Resources, caller: Caller
) -> requests.EvaluateResult:
    """Judges the predictions of a path on a whole split.

    Raises:
        SidecarError: data or a stored component are missing or corrupt.
        Cancelled: the caller has cancelled the request.
    """
    store, architecture = resources.store(request.store), request.architecture
    store.verify(each.params_digest for each in request.components)
    images = images_of(resources.open(request.task), request.split)
    (split,) = resources.placements.place([images])
    batches = TestBatches(split, request.batch_size, architecture.image_size)
    evaluation = engine.evaluate(
        resources.engine,
        frozen_path_of(request.components, store),
        architecture.num_classes,
        until_stopped(batches, caller),
    )
    tally = evaluation.tally
    return requests.EvaluateResult(tally.correct, tally.total, evaluation.outcomes)


def images_of(dataset: Dataset, split: str) -> ImageSet:
    """Returns the images of a split by its name."""
    match split:
        case "train":
            return dataset.train
        case "validation":
            return dataset.validation
        case _:
            return dataset.test
