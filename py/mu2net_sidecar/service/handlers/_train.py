"""Trains cohorts."""

from __future__ import annotations

import time
from functools import partial

import msgspec

from mu2net_sidecar import engine
from mu2net_sidecar.data import CohortBatches, TrainBatches, ValidationBatches
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.service.handlers._caller import Caller
from mu2net_sidecar.service.handlers._resources import Resources
from mu2net_sidecar.service.handlers._writer import Writer
from mu2net_sidecar.service.translate import (
    augmentation_of,
    budget_of,
    child_of,
    digests_of,
    trained_component_of,
)
from mu2net_sidecar.store import Store
from mu2net_sidecar.wire import requests


def train(
    request: requests.TrainRequest, resources: Resources, caller: Caller
) -> requests.TrainResult:
    """Trains and validates a cohort; stores each child while the next one trains.

    Raises:
        SidecarError: data or a stored component are missing or corrupt.
        Cancelled: the caller has cancelled the request.
    """
    store = resources.store(request.store)
    store.verify(digests_of(request.children))
    batches = _batches(request, resources)
    writer: Writer[requests.Measurement] = Writer()
    events = engine.train(
        resources.engine,
        [child_of(child, request.warmup_start, store) for child in request.children],
        batches,
        budget_of(request.budget),
        keys=_batch_keys(request, batches),
        should_stop=lambda: caller.agree_to_stop(caller.is_cancelled() or writer.has_failed),
    )

    def write(event: engine.Trained | engine.Diverged) -> requests.Measurement:
        began = time.time_ns()
        measurement = _store_measurement(event, store)
        caller.record("store", event.path_id, began)
        caller.measured(measurement)
        return measurement

    began = time.time_ns()
    with writer:
        for event in events:
            if isinstance(event, engine.Progress):
                caller.beat(event)
            else:
                caller.record("train", event.path_id, began)
                began = time.time_ns()
                writer.submit(partial(write, event))
    measurements = {measurement.path_id: measurement for measurement in writer.results()}
    return requests.TrainResult([measurements[child.path_id] for child in request.children])


def _batches(request: requests.TrainRequest, resources: Resources) -> CohortBatches:
    sizes = {child.architecture.image_size for child in request.children}
    if len(sizes) > 1:
        raise SidecarError(
            "SIDECAR_FAILED",
            f"the children of a cohort have images of {sorted(sizes)} pixels, but they see the "
            "same batches; send a request for each size",
        )
    (image_size,) = sizes
    dataset, budget = resources.open(request.task), request.budget
    train_split, validation = resources.placements.place([dataset.train, dataset.validation])
    return CohortBatches(
        TrainBatches(
            train_split,
            batch_size=budget.batch_size,
            image_size=image_size,
            augmentation=augmentation_of(request.augmentation),
            data_seed=request.data_seed,
        ),
        ValidationBatches(
            validation,
            budget.validation_batch_size,
            budget.validation_batches,
            image_size,
        ),
    )


def _batch_keys(request: requests.TrainRequest, batches: CohortBatches) -> engine.BatchKeys:
    """Returns cache keys for the batches: everything that determines their images."""
    task, budget = request.task, request.budget
    image_size = request.children[0].architecture.image_size

    def key(*parts: object) -> str:
        return msgspec.json.encode([task.source, task.splits, image_size, *parts]).decode()

    examples = None
    if not augmentation_of(request.augmentation).varies:
        each = batches.train
        examples = engine.ExampleKeys(key("train", request.augmentation), len(each), each.examples)
    return engine.BatchKeys(key("validation", budget.validation_batch_size), examples)


def _store_measurement(
    event: engine.Trained | engine.Diverged, store: Store
) -> requests.Measurement:
    """Stores what a child trained, and returns its measurement."""
    qualities = list(event.qualities)
    components = None
    if event.best is not None:
        components = [
            trained_component_of(name, trained.params, trained.trace, store)
            for name, trained in event.best.items()
        ]
    if isinstance(event, engine.Diverged):
        return requests.Diverged(event.path_id, qualities, components, event.reason)
    return requests.Trained(
        path_id=event.path_id,
        qualities=qualities,
        components=components,
        train_seconds=event.train_seconds,
        compilations=event.compilations,
    )
