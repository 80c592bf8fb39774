"""The programs that the engine dispatches, found by tracing the engine's own functions.

`train_step` and `forward` call compiled programs one after another. Traced with shapes in place of
arrays, they leave a list of these calls, in order, each with the very function that the engine
compiles when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr
from jax.typing import ArrayLike, DTypeLike

from mu2net_sidecar.engine._stage import Stage, Training, forward
from mu2net_sidecar.engine.device import ACCUMULATOR, MASTER, EngineOptions, copy_arrays
from mu2net_sidecar.engine.programs import count_predictions, judge, programs_of, roles_of
from mu2net_sidecar.engine.training import Budget, Optimizer, hyperparameters_of, train_step
from mu2net_sidecar.model import Architecture, kinds_of

Tree = Any
"""Shapes in tuples, lists and dictionaries."""

_ANY_OPTIMIZER = Optimizer(0.01, "cosine", 0.1, 0.9, nesterov=False)
"""Hyperparameters are inputs of the programs, so any stand for all."""


class AbstractPath:
    """A path as shapes alone.

    Args:
        names: names of its components, in forward order.
        trainable: whether each trains.
        architecture: gives the shapes.
        options: how the engine computes.

    Attributes:
        kinds: the kinds of its components, as their places need them.
        roles: the derivatives that a step needs from each.
        params: shapes of the parameters of each, as they are on the device.
        traces: shapes of the momentum traces; None where a component is frozen.

    Raises:
        ValueError: a component is of no known kind.
    """

    def __init__(
        self,
        names: Sequence[str],
        trainable: Sequence[bool],
        architecture: Architecture,
        options: EngineOptions,
    ) -> None:
        self._names, self._options = names, options
        self.kinds = kinds_of(names)
        self.roles = roles_of(trainable)
        self.params: list[Tree] = []
        self.traces: list[Tree] = []
        for kind, trains in zip(self.kinds, trainable, strict=True):
            shapes = jax.eval_shape(
                lambda key, kind=kind: dict(kind.init(key, architecture)), jax.random.key(0)
            )
            # Padding works on arrays of the host. Broadcast zeros take no memory.
            stored = {
                name: np.broadcast_to(np.float32(0), each.shape) for name, each in shapes.items()
            }
            padded = {name: np.shape(each) for name, each in kind.pad(stored).items()}
            dtype = MASTER if trains else options.precision.compute
            self.params.append(_shapes(padded, dtype))
            self.traces.append(_shapes(padded, ACCUMULATOR) if trains else None)

    def stages(self, params: Sequence[Tree], traces: Sequence[Tree]) -> list[Stage]:
        """Returns the path with its parameters in place."""
        options = self._options
        return [
            Stage(
                name,
                role,
                programs_of(kind, options.precision, options.attention, options.remat),
                own,
                None if trace is None else Training(trace, {}),
            )
            for name, role, kind, own, trace in zip(
                self._names, self.roles, self.kinds, params, traces, strict=True
            )
        ]


@dataclass(frozen=True)
class Traced:
    """Calls of compiled programs, in order.

    Attributes:
        calls: the trace.
        batch: which of its arguments are the batch; all others are on every device.
    """

    calls: ClosedJaxpr
    batch: range


def trace_step(path: AbstractPath, batch: Tree) -> Traced:
    """Traces a training step."""
    hyperparameters = hyperparameters_of(_ANY_OPTIMIZER, Budget(2, 1))

    def step(params: Tree, traces: Tree, batch: Tree, scalars: Tree) -> Tree:
        stages = path.stages(params, traces)
        num_classes, hyperparameters = scalars
        train_step(stages, batch, num_classes=num_classes, hyperparameters=hyperparameters, step=0)
        return [(stage.params, stage.training and stage.training.trace) for stage in stages]

    scalars = jax.tree.map(_like, (np.int32(1), hyperparameters))
    return _trace(step, path, batch, scalars)


def trace_validation(path: AbstractPath, batch: Tree) -> Traced:
    """Traces a batch of a child's validation and its snapshot, or of a frozen path's evaluation."""
    trains = any(trace is not None for trace in path.traces)

    def validate(params: Tree, traces: Tree, batch: Tree, scalars: Tree) -> Tree:
        (images, labels), (counts, num_classes) = batch, scalars
        logits = forward(path.stages(params, traces), images)
        if not trains:
            return judge(logits, labels, num_classes)
        kept = [
            (copy_arrays(own), copy_arrays(trace))
            for own, trace in zip(params, traces, strict=True)
            if trace is not None
        ]
        return count_predictions(counts, logits, labels, num_classes), kept

    scalars = _like(np.zeros(3, np.int32)), _like(np.int32(1))
    return _trace(validate, path, batch, scalars)


def _trace(function: Callable[..., Tree], path: AbstractPath, batch: Tree, scalars: Tree) -> Traced:
    calls = jax.make_jaxpr(function)(path.params, path.traces, batch, scalars)
    start = len(jax.tree.leaves((path.params, path.traces)))
    return Traced(calls, range(start, start + len(jax.tree.leaves(batch))))


def batch_of(size: int, image_size: int) -> Tree:
    """Returns the shapes of a batch: images and labels."""
    images = jax.ShapeDtypeStruct((size, image_size, image_size, 3), jnp.float32)
    return images, jax.ShapeDtypeStruct((size,), jnp.int32)


def _shapes(shapes: dict[str, tuple[int, ...]], dtype: DTypeLike) -> Tree:
    return {name: jax.ShapeDtypeStruct(shape, dtype) for name, shape in shapes.items()}


def _like(array: ArrayLike) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(np.shape(array), np.asarray(array).dtype)
