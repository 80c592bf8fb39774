"""Answers requests: adapts the wire's structs to the engine, the data and the store."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import jax
import msgspec
import numpy as np

from mu2net_sidecar import engine
from mu2net_sidecar.data import (
    Augmentation,
    CohortBatches,
    DataCache,
    Dataset,
    ImageSet,
    TestBatches,
    TrainBatches,
    ValidationBatches,
    open_task,
)
from mu2net_sidecar.model.architecture import Architecture
from mu2net_sidecar.model.kinds import initialise
from mu2net_sidecar.model.posembed_resample import resample
from mu2net_sidecar.store import Store
from mu2net_sidecar.wire import requests, values


@dataclass(frozen=True)
class Job:
    """A leased request's line to the broker.

    Attributes:
        on_progress: told how the child in training fares.
        on_measured: told of each child once its components are in the store.
        should_stop: asked before every batch.
    """

    on_progress: Callable[[engine.Progress], None]
    on_measured: Callable[[requests.Measurement], None]
    should_stop: Callable[[], bool]


@dataclass
class Handlers:
    """Answers requests one at a time; what it keeps between them only saves time.

    Attributes:
        engine: of the worker's device.
        data: the sources decoded so far.
    """

    engine: engine.Engine = field(default_factory=engine.Engine)
    data: DataCache = field(default_factory=DataCache)

    def answer(self, request: requests.Request, job: Job) -> requests.Result:
        """Executes a request.

        Raises:
            SidecarError: what the user can mend, in one line.
            engine.Cancelled: `job.should_stop` said so.
        """
        match request:
            case requests.InspectRequest():
                return self._inspect(request)
            case requests.InitialiseRequest():
                return _initialise(request)
            case requests.TrainRequest():
                return self._train(request, job)
            case requests.EvaluateRequest():
                return self._evaluate(request, job)
            case requests.CollectRequest():
                return requests.CollectResult(Store(request.store).delete(request.digests))
            case requests.CopyRequest():
                store, origin = Store(request.store), Store(request.origin)
                return requests.CopyResult(store.copy_from(origin, request.digests))

    def _open(self, task: values.Task) -> Dataset:
        return open_task(msgspec.to_builtins(task), self.data)

    def _inspect(self, request: requests.InspectRequest) -> requests.InspectResult:
        data = self._open(request.task)
        return requests.InspectResult(
            num_classes=data.num_classes,
            train=len(data.train),
            validation=len(data.validation),
            test=len(data.test),
        )

    def _train(self, request: requests.TrainRequest, job: Job) -> requests.TrainResult:
        store, budget = Store(request.store), request.budget
        steps = engine.Budget(budget.batches_between_validations, budget.validations)
        measurements: list[requests.Measurement] = []
        children = [_child(child, store) for child in request.children]
        source = self._batches(request)
        for event in engine.train(self.engine, children, source, steps, job.should_stop):
            match event:
                case engine.Progress():
                    job.on_progress(event)
                case engine.Trained() | engine.Diverged():
                    measurement = _measurement(event, store)
                    job.on_measured(measurement)
                    measurements.append(measurement)
        return requests.TrainResult(measurements)

    def _batches(self, request: requests.TrainRequest) -> CohortBatches:
        data, budget = self._open(request.task), request.budget
        image_size = request.children[0].architecture.image_size
        return CohortBatches(
            TrainBatches(
                data.train,
                budget.batch_size,
                image_size,
                Augmentation(**msgspec.structs.asdict(request.augmentation)),
                request.data_seed,
            ),
            ValidationBatches(
                data.validation, budget.validation_batch_size, budget.validation_batches, image_size
            ),
        )

    def _evaluate(self, request: requests.EvaluateRequest, job: Job) -> requests.EvaluateResult:
        store, architecture = Store(request.store), request.architecture
        data = self._open(request.task)
        images: ImageSet = getattr(data, request.split)
        components = [
            engine.PathComponent(
                component.name, load=partial(store.get, component.params), key=component.params
            )
            for component in request.components
        ]
        tally = engine.evaluate(
            self.engine,
            components,
            architecture.num_classes,
            TestBatches(images, request.batch_size, architecture.image_size),
        )
        return requests.EvaluateResult(correct=tally.correct, total=tally.total)


def _parameters(params: Mapping[str, np.ndarray | jax.Array]) -> int:
    return sum(math.prod(array.shape) for array in params.values())


def _architecture(architecture: values.Architecture) -> Architecture:
    return Architecture(**msgspec.structs.asdict(architecture))


def _initialise(request: requests.InitialiseRequest) -> requests.InitialiseResult:
    store, architecture = Store(request.store), _architecture(request.architecture)
    components = []
    for name in request.components:
        params = initialise(name, architecture, request.seed)
        components.append(
            values.TrainedComponent(name, _parameters(params), store.put(params), trace=None)
        )
    return requests.InitialiseResult(components)


def _child(child: requests.Child, store: Store) -> engine.Child:
    architecture = _architecture(child.architecture)
    return engine.Child(
        path=child.path,
        num_classes=architecture.num_classes,
        components=[_component(component, architecture, store) for component in child.components],
        optimizer=engine.Optimizer(**msgspec.structs.asdict(child.optimizer)),
        quality_bar=child.quality_bar,
    )


def _component(
    component: values.Component, architecture: Architecture, store: Store
) -> engine.PathComponent:
    name, trainable = component.name, component.trainable
    match component.initialiser:
        case values.Stored(params=params, trace=trace):
            load_trace = None if trace is None else partial(store.get, trace)
            load = partial(store.get, params)
            return engine.PathComponent(name, load, params, trainable, load_trace)
        case values.Fresh(seed=seed):
            load = partial(initialise, name, architecture, seed)
            return engine.PathComponent(name, load, trainable=trainable)
        case values.Resampled(params=params):

            def resampled() -> dict[str, np.ndarray]:
                stored = store.get(params)
                return {key: resample(array, architecture.grid) for key, array in stored.items()}

            return engine.PathComponent(name, resampled, trainable=trainable)


def _measurement(
    event: engine.Trained | engine.Diverged, store: Store
) -> requests.Trained | requests.Diverged:
    if isinstance(event, engine.Diverged):
        return requests.Diverged(event.path, list(event.qualities), event.reason)
    stored = None
    if event.best is not None:
        stored = [
            values.TrainedComponent(
                name,
                _parameters(component.params),
                store.put(component.params),
                None if component.trace is None else store.put(component.trace),
            )
            for name, component in event.best.items()
        ]
    return requests.Trained(
        path=event.path,
        qualities=list(event.qualities),
        components=stored,
        train_seconds=event.train_seconds,
        compilations=event.compilations,
    )
