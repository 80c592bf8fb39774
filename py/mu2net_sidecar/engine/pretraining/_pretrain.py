"""Trains all components of a root model together, as one compiled program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

import jax
import numpy as np

from mu2net_sidecar.engine._engine import Engine
from mu2net_sidecar.engine.device import MASTER, Arrays, Batch, Precision, upload
from mu2net_sidecar.engine.inference import Tally
from mu2net_sidecar.engine.pretraining._recipe import Recipe, smoothed_loss
from mu2net_sidecar.engine.programs import count_predictions
from mu2net_sidecar.model import ComponentKind, Params, kinds_of

if TYPE_CHECKING:
    import optax
    from jaxtyping import Array

Tree = dict[str, Arrays]
"""Parameters by component and name."""


@runtime_checkable
class PretrainingSource(Protocol):
    """Batches of a pretraining; labels count through the classes of all tasks."""

    def train_batch(self, step: int) -> Batch:
        """Returns the training batch of a step; a pure function."""
        ...

    def validation_batches(self) -> Sequence[Any]:
        """Returns iterables of batches, one for each task."""
        ...


@dataclass(frozen=True)
class Validation:
    """How good the model was.

    Attributes:
        step: steps taken before.
        loss: mean loss of the training steps since the last validation.
        accuracies: top-1 accuracy on each task, among the classes of all tasks.
    """

    step: int
    loss: float
    accuracies: tuple[float, ...]


@dataclass(frozen=True)
class PretrainingState:
    """Where a pretraining is.

    Attributes:
        step: steps taken so far.
        params: parameters by component and name, on the host or on the device.
        moments: leaves of the optimizer's state; None: as it begins.
        validations: those so far.
    """

    step: int
    params: Mapping[str, Params]
    moments: Sequence[Any] | None = None
    validations: tuple[Validation, ...] = field(default=())


def pretrain(
    engine: Engine,
    state: PretrainingState,
    source: PretrainingSource,
    recipe: Recipe,
    *,
    num_classes: int,
    steps_between_validations: int,
    on_step: Callable[[int], None] = lambda step: None,
) -> Iterator[PretrainingState]:
    """Trains a root model from a state to the end of its recipe.

    A state that was yielded and restored goes on as if nothing had happened, because batches are a
    function of the step.

    Args:
        engine: that of the device.
        state: where to go on from.
        source: the batches.
        recipe: how to train.
        num_classes: classes of all tasks together.
        steps_between_validations: how often the model is validated.
        on_step: called before every step with the number of steps so far.

    Yields:
        The state after each validation; the last one is after the last step. Its arrays are on the
        device, and stay valid only until the next one is asked for.

    Raises:
        ValueError: a component is of no known kind. Whatever `on_step` raises ends the training.
    """
    names = list(state.params)
    kinds = dict(zip(names, kinds_of(names), strict=True))
    place = partial(upload, dtype=MASTER, private=True, sharding=engine.layout.replicated)
    params = {name: place(arrays) for name, arrays in state.params.items()}
    optimizer = recipe.optimizer()
    moments = optimizer.init(params)
    if state.moments is not None:
        leaves, tree = jax.tree.flatten(moments)
        kept = [np.asarray(new, old.dtype) for new, old in zip(state.moments, leaves, strict=True)]
        moments = jax.device_put(jax.tree.unflatten(tree, kept), engine.layout.replicated)
    forward = partial(_forward, kinds, engine.options.precision)
    step_program = _step_program(forward, optimizer, num_classes, recipe.label_smoothing)
    infer = jax.jit(forward)
    losses: list[jax.Array] = []
    for step in range(state.step, recipe.steps):
        on_step(step)
        batch = engine.layout.train_batch(source.train_batch(step))
        params, moments, loss = step_program(params, moments, *batch)
        losses.append(loss)
        loss.block_until_ready()
        if (step + 1) % steps_between_validations and step + 1 < recipe.steps:
            continue
        counts = [
            _tally(infer, params, engine.layout.batches(batches), num_classes)
            for batches in source.validation_batches()
        ]
        validation = Validation(
            step + 1, float(np.mean(jax.device_get(losses))), tuple(each.quality for each in counts)
        )
        losses = []
        state = replace(
            state,
            step=step + 1,
            params={name: params[name] for name in names},
            moments=jax.tree.leaves(moments),
            validations=(*state.validations, validation),
        )
        yield state


def _forward(
    kinds: Mapping[str, ComponentKind], precision: Precision, params: Tree, images: Array
) -> Array:
    x = precision.cast(images)
    # By name, because the parameters of a program come in alphabetical order.
    for name, kind in kinds.items():
        x = kind.apply(jax.tree.map(precision.cast, params[name]), x)
    return x


def _step_program(
    forward: Callable[[Tree, Array], Array],
    optimizer: optax.GradientTransformation,
    num_classes: int,
    label_smoothing: float,
) -> Callable[..., tuple[Tree, optax.OptState, Array]]:
    """Compiles a step: forward, backward and update of all components at once."""
    import optax

    @partial(jax.jit, donate_argnames=("params", "moments"))
    def pretraining_step(
        params: Tree, moments: optax.OptState, images: Array, labels: Array
    ) -> tuple[Tree, optax.OptState, Array]:
        def loss_of(params: Tree) -> Array:
            return smoothed_loss(forward(params, images), labels, num_classes, label_smoothing)

        loss, gradients = jax.value_and_grad(loss_of)(params)
        # optax computes schedules from integers.
        with jax.numpy_dtype_promotion("standard"):
            updates, moments = optimizer.update(gradients, moments, params)
        return cast(Tree, optax.apply_updates(params, updates)), moments, loss

    return pretraining_step


def _tally(
    infer: Callable[[Tree, Array], Array], params: Tree, batches: Iterator[Batch], num_classes: int
) -> Tally:
    counts = jax.device_put(np.zeros(3, np.int32))
    classes = jax.device_put(np.int32(num_classes))
    for images, labels in batches:
        counts = count_predictions(counts, infer(params, images), labels, classes)
    correct, total, _ = (int(each) for each in jax.device_get(counts))
    return Tally(correct, total, finite=True)
