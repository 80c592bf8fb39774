"""Compiles ahead of time what the children of a root model will run on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile

import jax
import numpy as np

from mu2net_sidecar.engine.child import Batch, Budget, Child, Optimizer, PathComponent
from mu2net_sidecar.engine.engine import Engine
from mu2net_sidecar.engine.trainer import train
from mu2net_sidecar.model.architecture import Architecture
from mu2net_sidecar.model.component import Params
from mu2net_sidecar.model.kinds import kind_of

OPTIMIZER = Optimizer(0.0, "constant", 0.0, None, nesterov=False)


def warm_up(
    engine: Engine,
    names: Sequence[str],
    architecture: Architecture,
    batch_size: int,
    validation_batch_size: int,
) -> None:
    """Compiles every program that a child made of such components can need, in any roles.

    Takes a step with everything trainable, and one with each component alone, on a path whose
    layers occur twice and on one without: together these put every kind in every form and role
    that a place in a path allows. Programs compile in threads.

    Args:
        engine: of the device.
        names: components in forward order; one layer, with all that a layer can have, is enough.
        architecture: fixes the shapes.
        batch_size: images in a training batch.
        validation_batch_size: images in a validation batch.

    Raises:
        ValueError: a component is of no known kind.
    """
    source = _Blank(architecture, batch_size, validation_batch_size)
    children = [
        Child(
            path=0,
            num_classes=architecture.num_classes,
            components=[
                PathComponent(
                    name,
                    zeros := _zeros(name, architecture),
                    trainable=place in trainable,
                    # One goes on from a trace, the others begin without.
                    load_trace=zeros if len(trainable) == len(path) else None,
                )
                for place, name in enumerate(path)
            ],
            optimizer=OPTIMIZER,
            quality_bar=None,
        )
        for path in _paths(names)
        for trainable in (range(len(path)), *([place] for place in range(len(path))))
    ]

    def take_a_step(child: Child) -> None:
        for _ in train(engine, [child], source, Budget(1, 1)):
            pass

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(take_a_step, children))


def _paths(names: Sequence[str]) -> list[list[str]]:
    """The path with its layers twice, for the last of them differs, and without any."""
    layers = [name for name in names if kind_of(name).per_layer]
    again = [f"{kind_of(name).name}_{len(names)}" for name in layers]
    before = list(takewhile(lambda name: name not in layers, names))
    after = [name for name in names[len(before) :] if name not in layers]
    return [[*before, *layers, *again, *after], [*before, *after]]


def _zeros(name: str, architecture: Architecture) -> Callable[[], Params]:
    def load() -> Params:
        shapes = jax.eval_shape(
            lambda key: kind_of(name).init(key, architecture), jax.random.key(0)
        )
        return {param: np.zeros(array.shape, array.dtype) for param, array in shapes.items()}

    return load


class _Blank:
    """Black images of the right shapes."""

    def __init__(self, architecture: Architecture, batch_size: int, validation: int) -> None:
        self._side = architecture.image_size
        self._batch_size, self._validation = batch_size, validation

    def _batch(self, size: int) -> Batch:
        images = np.zeros((size, self._side, self._side, 3), np.float32)
        return jax.device_put((images, np.zeros(size, np.int32)))

    def train_batch(self, step: int) -> Batch:
        del step
        return self._batch(self._batch_size)

    def validation_batches(self) -> Iterable[Batch]:
        return [self._batch(self._validation)]
