"""Translates the wire's description of children and models to the values of engine and model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import msgspec

from mu2net_sidecar import engine
from mu2net_sidecar.model import Architecture, Params, initialise, resample
from mu2net_sidecar.store import Store
from mu2net_sidecar.wire import requests, values


def architecture_of(architecture: values.Architecture) -> Architecture:
    """Returns the architecture that a message describes."""
    return Architecture(**msgspec.structs.asdict(architecture))


def budget_of(budget: values.Budget) -> engine.Budget:
    """Returns the steps and validations of a child."""
    return engine.Budget(budget.batches_between_validations, budget.validations)


def child_of(child: requests.Child, warmup_start: float, store: Store) -> engine.Child:
    """Returns the child that a message describes; its components are loaded when it trains."""
    architecture = architecture_of(child.architecture)
    return engine.Child(
        path_id=child.path_id,
        num_classes=architecture.num_classes,
        components=[_component_of(each, architecture, store) for each in child.components],
        optimizer=engine.Optimizer(
            **msgspec.structs.asdict(child.optimizer), warmup_start=warmup_start
        ),
        quality_bar=child.quality_bar,
    )


def frozen_path_of(
    components: Iterable[requests.EvaluatedComponent], store: Store
) -> list[engine.PathComponent]:
    """Returns a path that only predicts; its components are loaded when they are first used."""
    return [
        engine.PathComponent(
            name=each.name, load=_load(store, each.params_digest), key=each.params_digest
        )
        for each in components
    ]


def digests_of(children: Iterable[requests.Child]) -> Iterator[str]:
    """Yields the digests of the stored objects that children begin with."""
    for child in children:
        for component in child.components:
            match component.initialiser:
                case values.Stored(params, trace):
                    yield from (params,) if trace is None else (params, trace)
                case values.Resampled(params):
                    yield params
                case values.Fresh():
                    pass


def trained_component_of(
    name: str, params: engine.HostParams, trace: engine.HostParams | None, store: Store
) -> values.TrainedComponent:
    """Stores a component, and returns its description for the wire."""
    return values.TrainedComponent(
        name=name,
        parameter_count=sum(array.size for array in params.values()),
        params_digest=store.put(params),
        trace_digest=None if trace is None else store.put(trace),
    )


def _component_of(
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


def _load(store: Store, digest: str) -> Callable[[], Params]:
    return partial(store.get, digest)


def _resample(store: Store, digest: str, grid: int) -> Params:
    return {name: resample(array, grid) for name, array in store.get(digest).items()}
