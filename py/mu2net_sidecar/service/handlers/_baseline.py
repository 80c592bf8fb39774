"""Measures what a model of a task should beat."""

from __future__ import annotations

import numpy as np

from mu2net_sidecar import engine
from mu2net_sidecar.data import ImageSet, TestBatches
from mu2net_sidecar.service.handlers._caller import Caller, until_stopped
from mu2net_sidecar.service.handlers._resources import Resources
from mu2net_sidecar.service.translate import frozen_path_of
from mu2net_sidecar.wire import requests

_EXAMPLES = 4096
"""Images of the train split that the classifier learns from at most."""


def measure_baseline(
    request: requests.BaselineRequest, resources: Resources, caller: Caller
) -> requests.BaselineResult:
    """Counts the test examples that two classifiers without evolution predict correctly.

    They are the class that is most frequent in the train split, and a linear classifier on the
    root model's features.

    Raises:
        SidecarError: data or a stored component are missing or corrupt.
        Cancelled: the caller has cancelled the request.
    """
    store, architecture = resources.store(request.store), request.architecture
    store.verify(each.params_digest for each in request.components)
    dataset = resources.open(request.task)
    root = frozen_path_of(request.components, store)

    def features_of(images: ImageSet) -> np.ndarray:
        (split,) = resources.placements.place([images])
        batches = TestBatches(split, request.batch_size, architecture.image_size)
        return engine.features(resources.engine, root, until_stopped(batches, caller))

    train, validation = _some(dataset.train), _some(dataset.validation)
    probe = engine.fit_probe(
        features_of(train),
        train.labels,
        features_of(validation),
        validation.labels,
        dataset.num_classes,
    )
    truth = dataset.test.labels
    most_frequent = np.bincount(dataset.train.labels).argmax()
    correct = probe.predict(features_of(dataset.test)) == truth
    return requests.BaselineResult(
        majority=int((truth == most_frequent).sum()),
        probe=int(correct.sum()),
        total=len(truth),
        outcomes=np.packbits(correct).tobytes(),
    )


def _some(images: ImageSet) -> ImageSet:
    """Returns at most so many images, evenly spread, because a split may be sorted by class."""
    if len(images) <= _EXAMPLES:
        return images
    return images[np.linspace(0, len(images) - 1, _EXAMPLES).astype(np.int64)]
