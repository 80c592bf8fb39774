"""Trains the children of a cohort."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.engine.child import (
    Batch,
    BatchSource,
    Budget,
    Cancelled,
    Child,
    Diverged,
    Event,
    Progress,
    Trained,
)
from mu2net_sidecar.engine.compilations import Compilations
from mu2net_sidecar.engine.components import Arrays
from mu2net_sidecar.engine.engine import Engine, Stage
from mu2net_sidecar.engine.evaluator import tally
from mu2net_sidecar.engine.loss import loss_gradient
from mu2net_sidecar.engine.retained import Retained, Snapshot
from mu2net_sidecar.engine.roles import Role
from mu2net_sidecar.engine.update import Hyperparameters, hyperparameters_of, update

SECONDS_BETWEEN_BEATS = 1.0
STEPS_AHEAD = 2
"""Steps that the host may be ahead of the device: enough to hide dispatch, little to hold."""


def train(
    engine: Engine,
    children: Iterable[Child],
    source: BatchSource,
    budget: Budget,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Trains and validates children one after another on the same batches.

    Args:
        engine: of the device.
        children: of one cohort; how one fares does not touch the others.
        source: of the cohort's batches.
        budget: steps and validations of each child.
        should_stop: asked before every batch.

    Yields:
        `Progress` after each validation and about once a second, then one `Trained` or
        `Diverged` for each child, in their order.

    Raises:
        Cancelled: `should_stop` said so.
        ValueError: a component is of no known kind, or there are no validation examples.
    """
    for child in children:
        yield from _train_child(engine, child, source, budget, should_stop)


def _train_child(
    engine: Engine,
    child: Child,
    source: BatchSource,
    budget: Budget,
    should_stop: Callable[[], bool],
) -> Iterator[Event]:
    started = beaten = time.monotonic()
    with Compilations() as compilations:
        stages = engine.place(child.components)
        num_classes = jax.device_put(np.int32(child.num_classes))
        hyperparameters = jax.device_put(hyperparameters_of(child.optimizer, budget))
        qualities: tuple[float, ...] = ()
        bar = -math.inf if child.quality_bar is None else child.quality_bar
        best: Snapshot | None = None
        in_flight: deque[jax.Array] = deque()
        for step in range(budget.steps):
            if should_stop():
                raise Cancelled
            batch = source.train_batch(step)
            in_flight.append(_train_step(stages, batch, num_classes, hyperparameters, step))
            if len(in_flight) > STEPS_AHEAD:
                in_flight.popleft().block_until_ready()
            if (step + 1) % budget.batches_between_validations == 0:
                batches = _until(should_stop, source.validation_batches())
                validation = tally(stages, num_classes, batches)
                if not validation.finite:
                    yield Diverged(child.path, qualities, _reason(child, step + 1, budget))
                    return
                qualities = (*qualities, validation.quality)
                if validation.quality >= bar:
                    bar, best = validation.quality, _snapshot(stages)
            elif time.monotonic() - beaten < SECONDS_BETWEEN_BEATS:
                continue
            beaten = time.monotonic()
            yield Progress(child.path, step + 1, budget.steps, qualities)
    seconds = time.monotonic() - started
    retained = None if best is None else _retained(best, stages, child)
    yield Trained(child.path, qualities, retained, seconds, compilations.count)


def _train_step(
    stages: Sequence[Stage],
    batch: Batch,
    num_classes: jax.Array,
    hyperparameters: Hyperparameters,
    step: int,
) -> jax.Array:
    """Dispatches one step; returns the squared norm of its gradient, which nothing waits for."""
    x, labels = batch
    tape = []
    for stage in stages:
        if stage.role is Role.FORWARD:
            x = stage.programs.forward(stage.params, x)
        else:
            y, residuals = stage.programs.recorded[stage.role](stage.params, x)
            tape.append((stage, x, residuals))
            x = y
    dy = loss_gradient(x, labels, num_classes)
    sqnorm, counted = jax.device_put((np.float32(0), np.int32(step)))
    gradients = []
    while tape:
        stage, x, residuals = tape.pop()
        dy, dw, sqnorm = stage.programs.backward(residuals, stage.params, x, dy, sqnorm)
        if dw is not None:
            gradients.append((stage, stage.training, dw))
    for stage, training, dw in gradients:
        stage.params, training.trace = update(
            stage.params, training.trace, dw, sqnorm, hyperparameters, counted
        )
    return sqnorm


def _until(should_stop: Callable[[], bool], batches: Iterable[Batch]) -> Iterator[Batch]:
    for batch in batches:
        if should_stop():
            raise Cancelled
        yield batch


@jax.jit
def _copy(arrays: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
    return jax.tree.map(jnp.copy, arrays)


def _snapshot(stages: Sequence[Stage]) -> Snapshot:
    """A copy on the device of what trains, for the next step writes over the original."""
    return {s.name: _copy((s.params, s.training.trace)) for s in stages if s.training is not None}


def _retained(snapshot: Snapshot, stages: Sequence[Stage], child: Child) -> Retained:
    shapes = {stage.name: stage.training.shapes for stage in stages if stage.training is not None}
    return Retained(snapshot, shapes, with_trace=child.optimizer.momentum is not None)


def _reason(child: Child, step: int, budget: Budget) -> str:
    return (
        f"path {child.path}: the logits are not finite after {step} of {budget.steps} steps "
        f"at learning rate {child.optimizer.learning_rate:g}"
    )
