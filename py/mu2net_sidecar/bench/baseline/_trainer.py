"""Trains one child with programs of its own."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import jax
import optax

from mu2net_sidecar.bench.baseline._model import Model, Params
from mu2net_sidecar.bench.baseline._optimizer import chain_of
from mu2net_sidecar.engine import (
    Batch,
    BatchSource,
    Budget,
    Child,
    Compilations,
    Event,
    PathComponent,
    Precision,
    Progress,
    Trained,
    TrainedComponent,
)
from mu2net_sidecar.model import Attention

STEPS_AHEAD = 2
"""The same as the engine, so that neither side has more in flight."""

Step = Callable[..., tuple[Any, optax.OptState, jax.Array]]


class Baseline:
    """The published execution strategy.

    Attributes:
        precision: number formats, the same as the engine's.
        attention: implementation of attention, likewise.
        bytes_to_host: bytes that validations have fetched from the device so far.
    """

    def __init__(self, precision: Precision, attention: Attention = "xla") -> None:
        self.precision = precision
        self.attention: Attention = attention
        self.bytes_to_host = 0

    def train(self, child: Child, source: BatchSource, budget: Budget) -> Iterator[Event]:
        """Trains and validates a child; yields as the engine does."""
        started = time.monotonic()
        names = tuple(component.name for component in child.components)
        model = Model(names, self.precision, self.attention)
        with Compilations() as compilations:
            trainable = {c.name: _upload(c) for c in child.components if c.trainable}
            frozen = {c.name: _upload(c) for c in child.components if not c.trainable}
            tx = chain_of(child.optimizer, budget)
            state = tx.init(trainable)
            step_program = _step_of(model, tx)
            in_flight: deque[jax.Array] = deque()
            qualities: tuple[float, ...] = ()
            best = -math.inf if child.quality_bar is None else child.quality_bar
            kept = None
            for step in range(budget.steps):
                batch = source.train_batch(step)
                trainable, state, value = step_program(trainable, state, frozen, batch)
                in_flight.append(value)
                if len(in_flight) > STEPS_AHEAD:
                    in_flight.popleft().block_until_ready()
                if (step + 1) % budget.batches_between_validations:
                    continue
                quality = self._validate(model, {**frozen, **trainable}, source)
                qualities = (*qualities, quality)
                if quality >= best:
                    best, kept = quality, self._fetch((trainable, _trace_of(state)))
                yield Progress(child.path_id, step + 1, budget.steps, qualities)
        trained = None if kept is None else _components(*kept)
        elapsed = time.monotonic() - started
        yield Trained(child.path_id, qualities, trained, elapsed, compilations.count)

    def _validate(self, model: Model, params: Params, source: BatchSource) -> float:
        counts, examples = [], 0
        for images, labels in source.validation_batches():
            counts.append(model.count_correct(params, images, labels))
            examples += len(labels)
        return sum(int(count) for count in self._fetch(counts)) / examples

    def _fetch(self, tree: Any) -> Any:  # noqa: ANN401
        self.bytes_to_host += sum(leaf.nbytes for leaf in jax.tree.leaves(tree))
        return jax.device_get(tree)


def _step_of(model: Model, tx: optax.GradientTransformation) -> Step:
    """A step for one mask and one optimizer; no part of it serves another child."""

    @partial(jax.jit, donate_argnums=(0, 1))
    def step(
        trainable: Params, state: optax.OptState, frozen: Params, batch: Batch
    ) -> tuple[Any, optax.OptState, jax.Array]:
        value, grads = jax.value_and_grad(model.loss)(trainable, frozen, *batch)
        # Optax adds the bfloat16 trace to float32 gradients.
        with jax.numpy_dtype_promotion("standard"):
            updates, state = tx.update(grads, state, trainable)
        return optax.apply_updates(trainable, updates), state, value

    return step


def _upload(component: PathComponent) -> Mapping[str, jax.Array]:
    # Trainable arrays are donated to the step, so they must not share the host's memory.
    return jax.device_put(dict(component.load()), may_alias=False if component.trainable else None)


def _trace_of(state: optax.OptState) -> Params | None:
    return optax.tree_utils.tree_get(state, "trace")


def _components(params: Mapping[str, Any], traces: Mapping[str, Any] | None) -> dict:
    return {
        name: TrainedComponent(params[name], None if traces is None else traces[name])
        for name in params
    }
