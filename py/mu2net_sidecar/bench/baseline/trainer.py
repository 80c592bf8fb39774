"""Trains one child with programs of its own."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import jax
import optax

from mu2net_sidecar.bench.baseline.model import Model, correct, loss
from mu2net_sidecar.bench.baseline.optimizer import chain_of
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
from mu2net_sidecar.model.attention import Attention

STEPS_AHEAD = 2
"""As the engine, so that neither side has more in flight."""

Step = Callable[..., tuple[Any, optax.OptState, jax.Array]]


class Baseline:
    """The published execution strategy.

    Attributes:
        precision: number formats, for which the engine is set alike.
        attention: implementation of attention, likewise.
        bytes_to_host: what validations have fetched from the device so far.
    """

    def __init__(self, precision: Precision, attention: Attention = "xla") -> None:
        self.precision = precision
        self.attention: Attention = attention
        self.bytes_to_host = 0

    def train(self, child: Child, source: BatchSource, budget: Budget) -> Iterator[Event]:
        """Trains and validates a child; yields as the engine does."""
        started = time.monotonic()
        names = tuple(component.name for component in child.components)
        with Compilations() as compilations:
            trainable = {c.name: _uploaded(c) for c in child.components if c.trainable}
            frozen = {c.name: _uploaded(c) for c in child.components if not c.trainable}
            tx = chain_of(child.optimizer, budget)
            state = tx.init(trainable)
            step_program = _step_of(names, self.precision, self.attention, tx)
            in_flight: deque[jax.Array] = deque()
            qualities: tuple[float, ...] = ()
            best = -math.inf if child.quality_bar is None else child.quality_bar
            kept = None
            for step in range(budget.steps):
                images, labels = source.train_batch(step)
                trainable, state, value = step_program(trainable, state, frozen, images, labels)
                in_flight.append(value)
                if len(in_flight) > STEPS_AHEAD:
                    in_flight.popleft().block_until_ready()
                if (step + 1) % budget.batches_between_validations:
                    continue
                quality = self._quality(names, {**frozen, **trainable}, source.validation_batches())
                qualities = (*qualities, quality)
                if quality >= best:
                    best, kept = quality, self._fetch((trainable, _trace_of(state)))
                yield Progress(child.path, step + 1, budget.steps, qualities)
        trained = None if kept is None else _components(*kept)
        elapsed = time.monotonic() - started
        yield Trained(child.path, qualities, trained, elapsed, compilations.count)

    def _quality(self, names: tuple[str, ...], model: Model, batches: Iterable[Batch]) -> float:
        counts, examples = [], 0
        for images, labels in batches:
            batch = images, labels
            counts.append(correct(names, self.precision, model, *batch, self.attention))
            examples += len(labels)
        return sum(int(count) for count in self._fetch(counts)) / examples

    def _fetch(self, tree: Any) -> Any:  # noqa: ANN401
        self.bytes_to_host += sum(leaf.nbytes for leaf in jax.tree.leaves(tree))
        return jax.device_get(tree)


def _step_of(
    names: tuple[str, ...],
    precision: Precision,
    attention: Attention,
    tx: optax.GradientTransformation,
) -> Step:
    """A step for one mask and one optimizer: nothing of it serves another child."""

    @partial(jax.jit, donate_argnums=(0, 1))
    def step(
        trainable: Model, state: optax.OptState, frozen: Model, images: jax.Array, labels: jax.Array
    ) -> tuple[Any, optax.OptState, jax.Array]:
        objective = partial(loss, names, precision, attention=attention)
        value, grads = jax.value_and_grad(objective)(trainable, frozen, images, labels)
        updates, state = tx.update(grads, state, trainable)
        return optax.apply_updates(trainable, updates), state, value

    return step


def _uploaded(component: PathComponent) -> Mapping[str, jax.Array]:
    # What trains is donated to the step, and so must not share the host's memory.
    return jax.device_put(dict(component.load()), may_alias=False if component.trainable else None)


def _trace_of(state: optax.OptState) -> Model | None:
    return optax.tree_utils.tree_get(state, "trace")


def _components(params: Mapping[str, Any], traces: Mapping[str, Any] | None) -> dict:
    return {
        name: TrainedComponent(params[name], None if traces is None else traces[name])
        for name in params
    }
