"""Executes requests: adapts the messages of the wire to engine, data and store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec
import numpy as np

from mu2net_sidecar import engine
from mu2net_sidecar.checkpoint import export_model, read_published, read_root
from mu2net_sidecar.data import (
    Augmentation,
    CohortBatches,
    DataCache,
    Dataset,
    Placements,
    TestBatches,
    TrainBatches,
    ValidationBatches,
    open_task,
)
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture, Params, initialise, resample
from mu2net_sidecar.service.classify import classify
from mu2net_sidecar.service.writer import Writer
from mu2net_sidecar.store import Store
from mu2net_sidecar.wire import requests, values

T = TypeVar("T")
MEBIBYTE = 1 << 20
ROOT = 0
"""The path that beats name while a checkpoint is read."""


class Caller(Protocol):
    """Who waits for a request: is told of progress, and may lose interest."""

    def is_cancelled(self) -> bool:
        """Whether to stop at the next step."""
        ...

    def beat(self, progress: engine.Progress) -> None:
        """Takes the progress of a child."""
        ...

    def measured(self, measurement: requests.Measurement) -> None:
        """Takes a child that is finished and whose components are in the store; on any thread."""
        ...


class Handlers:
    """Executes requests on an engine, keeping what later requests are likely to need."""

    def __init__(self, options: engine.EngineOptions | None = None) -> None:
        self._engine = engine.Engine(options)
        self._data = DataCache()
        self._placements = Placements(self._engine.options.data_cache_bytes)
        self._stores: dict[str, Store] = {}

    def execute(self, request: requests.Request, caller: Caller) -> requests.Result:
        """The answer to a request.

        Raises:
            SidecarError: what the user can mend.
            Cancelled: the caller lost interest.
        """
        match request:
            case requests.InspectRequest():
                return self._inspect(request)
            case requests.InitialiseRequest():
                return _initialise(request, self._store(request.store))
            case requests.ImportRequest():
                return _import(request, self._store(request.store), caller)
            case requests.TrainRequest():
                return self._train(request, caller)
            case requests.EvaluateRequest():
                return self._evaluate(request, caller)
            case requests.FlopsRequest(architecture, components):
                return requests.FlopsResult(
                    engine.forward_flops(components, _architecture(architecture))
                )
            case requests.PredictRequest():
                store = self._store(request.store)
                paths = [_frozen(model.components, store) for model in request.models]
                return classify(self._engine, request, paths, caller.is_cancelled)
            case requests.ExportRequest():
                return _export(request, self._store(request.store))
            case requests.PublishedRequest():
                return _published(request, self._store(request.store), caller)
            case requests.CollectRequest(store, digests):
                return requests.CollectResult(self._store(store).delete(digests))
            case requests.CopyRequest(store, origin, digests):
                stored = self._store(store).copy_from(self._store(origin), digests)
                return requests.CopyResult(stored)

    def _store(self, url: str) -> Store:
        """The store of a URL: one each, for it remembers what it has verified."""
        if url not in self._stores:
            self._stores[url] = Store(url)
        return self._stores[url]

    def _open(self, task: values.Task | requests.InspectedTask) -> Dataset:
        return open_task(msgspec.to_builtins(task), self._data)

    def _inspect(self, request: requests.InspectRequest) -> requests.InspectResult:
        dataset = self._open(request.task)
        examples = None
        if request.task.splits is not None:
            examples = requests.SplitExamples(
                len(dataset.train), len(dataset.validation), len(dataset.test)
            )
        source = self._data.open(msgspec.to_builtins(request.task.source))
        return requests.InspectResult(
            num_classes=dataset.num_classes,
            class_names=dataset.class_names,
            base_splits=[
                requests.BaseSplit(name, len(source.images(name))) for name in source.base_splits
            ],
            examples=examples,
        )

    def _train(self, request: requests.TrainRequest, caller: Caller) -> requests.TrainResult:
        store, budget = self._store(request.store), request.budget
        store.verify(_digests(request))
        batches = self._batches(request)
        writer: Writer[requests.Measurement] = Writer()
        events = engine.train(
            self._engine,
            [_child(child, request.warmup_start, store) for child in request.children],
            batches,
            engine.Budget(budget.batches_between_validations, budget.validations),
            lambda: caller.is_cancelled() or writer.has_failed,
            _identity(request, batches),
        )

        def write(event: engine.Trained | engine.Diverged) -> requests.Measurement:
            measurement = _measurement(event, store)
            caller.measured(measurement)
            return measurement

        with writer:
            for event in events:
                if isinstance(event, engine.Progress):
                    caller.beat(event)
                else:
                    writer.submit(partial(write, event))
        measurements = {measurement.path: measurement for measurement in writer.results()}
        return requests.TrainResult([measurements[child.path] for child in request.children])

    def _batches(self, request: requests.TrainRequest) -> CohortBatches:
        sizes = {child.architecture.image_size for child in request.children}
        if len(sizes) > 1:
            raise SidecarError(
                "SIDECAR_FAILED",
                f"the children of a cohort have images of {sorted(sizes)} pixels; "
                "they see the same batches, so give those of each size a request of their own",
            )
        (image_size,) = sizes
        dataset, budget = self._open(request.task), request.budget
        train, validation = self._placements.place([dataset.train, dataset.validation])
        return CohortBatches(
            TrainBatches(
                train,
                budget.batch_size,
                image_size,
                _augmentation(request),
                request.data_seed,
            ),
            ValidationBatches(
                validation,
                budget.validation_batch_size,
                budget.validation_batches,
                image_size,
            ),
        )

    def _evaluate(
        self, request: requests.EvaluateRequest, caller: Caller
    ) -> requests.EvaluateResult:
        store, architecture = self._store(request.store), request.architecture
        store.verify(each.params for each in request.components)
        dataset = self._open(request.task)
        images = {
            "train": lambda: dataset.train,
            "validation": lambda: dataset.validation,
            "test": lambda: dataset.test,
        }[request.split]()
        (split,) = self._placements.place([images])
        batches = TestBatches(split, request.batch_size, architecture.image_size)
        evaluation = engine.evaluate(
            self._engine,
            _frozen(request.components, store),
            architecture.num_classes,
            _until(caller.is_cancelled, batches),
        )
        tally = evaluation.tally
        return requests.EvaluateResult(tally.correct, tally.total, evaluation.outcomes)


def _augmentation(request: requests.TrainRequest) -> Augmentation:
    return Augmentation(**msgspec.structs.asdict(request.augmentation))


def _identity(request: requests.TrainRequest, batches: CohortBatches) -> engine.Identity:
    """Names of what the batches are made of, and how."""
    task, budget = request.task, request.budget
    image_size = request.children[0].architecture.image_size

    def name(*parts: object) -> str:
        return msgspec.json.encode([task.source, task.splits, image_size, *parts]).decode()

    examples = None
    if not _augmentation(request).varies:
        train = batches.train
        examples = engine.Examples(name("train", request.augmentation), len(train), train.examples)
    return engine.Identity(name("validation", budget.validation_batch_size), examples)


def _until(is_cancelled: Callable[[], bool], items: Iterable[T]) -> Iterator[T]:
    for item in items:
        if is_cancelled():
            raise engine.Cancelled
        yield item


def _architecture(architecture: values.Architecture) -> Architecture:
    return Architecture(**msgspec.structs.asdict(architecture))


def _load(store: Store, digest: str) -> Callable[[], Params]:
    return partial(store.get, digest)


def _digests(request: requests.TrainRequest) -> Iterator[str]:
    """The objects that the children of a request begin with."""
    for child in request.children:
        for component in child.components:
            match component.initialiser:
                case values.Stored(params, trace):
                    yield from (params,) if trace is None else (params, trace)
                case values.Resampled(params):
                    yield params
                case values.Fresh():
                    pass


def _initialise(request: requests.InitialiseRequest, store: Store) -> requests.InitialiseResult:
    architecture = _architecture(request.architecture)
    return requests.InitialiseResult(
        [
            _stored(name, initialise(name, architecture, request.seed), None, store)
            for name in request.components
        ]
    )


def _import(request: requests.ImportRequest, store: Store, caller: Caller) -> requests.ImportResult:
    root = read_root(
        request.source,
        _architecture(request.architecture),
        request.depth,
        request.components,
        request.sha256,
        partial(_reading, caller),
    )
    components = [_stored(name, each, None, store) for name, each in root.components.items()]
    return requests.ImportResult(components, root.sha256, root.notices)


def _reading(caller: Caller, done: int, size: int) -> None:
    """Tells the caller how many bytes of a checkpoint are read, in MiB."""
    if caller.is_cancelled():
        raise engine.Cancelled
    step = done // MEBIBYTE
    caller.beat(engine.Progress(ROOT, step, max(size // MEBIBYTE, step, 1), ()))


def _export(request: requests.ExportRequest, store: Store) -> requests.ExportResult:
    model = {each.name: store.get(each.params) for each in request.components}
    architecture, folder = _architecture(request.architecture), Path(request.folder)
    return requests.ExportResult(
        export_model(model, architecture, request.format, folder, request.labels)
    )


def _published(
    request: requests.PublishedRequest, store: Store, caller: Caller
) -> requests.PublishedResult:
    system = read_published(Path(request.directory), request.agent)
    components = [
        requests.PublishedComponent(
            **msgspec.structs.asdict(_stored(each.name, each.params, each.trace, store)),
            id=each.id,
        )
        for each in system.components(partial(_reading, caller))
    ]
    states = [
        requests.PublishedState(str(state.config), state.agent, state.living, state.sampled)
        for state in system.states
    ]
    return requests.PublishedResult(system.agents, states, system.names, components)


def _frozen(
    components: Iterable[requests.EvaluatedComponent], store: Store
) -> list[engine.PathComponent]:
    return [
        engine.PathComponent(name=each.name, load=_load(store, each.params), key=each.params)
        for each in components
    ]


def _child(child: requests.Child, warmup_start: float, store: Store) -> engine.Child:
    architecture = _architecture(child.architecture)
    return engine.Child(
        path=child.path,
        num_classes=architecture.num_classes,
        components=[_component(each, architecture, store) for each in child.components],
        optimizer=engine.Optimizer(
            **msgspec.structs.asdict(child.optimizer), warmup_start=warmup_start
        ),
        quality_bar=child.quality_bar,
    )


def _component(
    component: values.Component, architecture: Architecture, store: Store
) -> engine.PathComponent:
    name, trainable = component.name, component.trainable
    match component.initialiser:
        case values.Stored(params, trace):
            return engine.PathComponent(
                name=name,
                load=_load(store, params),
                key=params,
                trainable=trainable,
                load_trace=None if trace is None else _load(store, trace),
            )
        case values.Fresh(seed):
            load = partial(initialise, name, architecture, seed)
        case values.Resampled(params):
            load = partial(_resample, store, params, architecture.grid)
    return engine.PathComponent(name=name, load=load, trainable=trainable)


def _resample(store: Store, digest: str, grid: int) -> Params:
    return {name: resample(array, grid) for name, array in store.get(digest).items()}


def _measurement(event: engine.Trained | engine.Diverged, store: Store) -> requests.Measurement:
    """The wire form of what became of a child, once what it trained is in the store."""
    qualities = list(event.qualities)
    if isinstance(event, engine.Diverged):
        return requests.Diverged(event.path, qualities, event.reason)
    components = None
    if event.best is not None:
        components = [
            _stored(name, trained.params, trained.trace, store)
            for name, trained in event.best.items()
        ]
    return requests.Trained(
        path=event.path,
        qualities=qualities,
        components=components,
        train_seconds=event.train_seconds,
        compilations=event.compilations,
    )


def _stored(
    name: str, params: engine.HostParams, trace: engine.HostParams | None, store: Store
) -> values.TrainedComponent:
    return values.TrainedComponent(
        name=name,
        parameters=_size(params.values()),
        params=store.put(params),
        trace=None if trace is None else store.put(trace),
    )


def _size(arrays: Iterable[np.ndarray]) -> int:
    return sum(array.size for array in arrays)
