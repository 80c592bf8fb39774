"""Evaluates paths on whole splits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    trial = trial_of(request, resources, caller)
    evaluation = engine.evaluate(
        resources.engine, trial.path, request.architecture.num_classes, trial.batches
    )
    tally = evaluation.tally
    return requests.EvaluateResult(tally.correct, tally.total, evaluation.outcomes)


@dataclass(frozen=True)
class Trial:
    """A path and the split on which it is tried.

    Attributes:
        path: its components in forward order, none of which is trained.
        images: those of the split.
        batches: the same images for the device; they end with an error when the caller cancels.
    """

    path: list[engine.PathComponent]
    images: ImageSet
    batches: Iterable[engine.Batch]


def trial_of(
    request: requests.EvaluateRequest | requests.ExamineRequest,
    resources: Resources,
    caller: Caller,
) -> Trial:
    """Opens what a request tries.

    Raises:
        SidecarError: data or a stored component are missing or corrupt.
    """
    store = resources.store(request.store)
    store.verify(each.params_digest for each in request.components)
    images = images_of(resources.open(request.task), request.split)
    (split,) = resources.placements.place([images])
    batches = TestBatches(split, request.batch_size, request.architecture.image_size)
    return Trial(frozen_path_of(request.components, store), images, until_stopped(batches, caller))


def images_of(dataset: Dataset, split: str) -> ImageSet:
    """Returns the images of a split by its name."""
    match split:
        case "train":
            return dataset.train
        case "validation":
            return dataset.validation
        case _:
            return dataset.test
