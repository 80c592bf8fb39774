"""One training step of one path."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import numpy as np

from mu2net_sidecar.engine.engine import Stage
from mu2net_sidecar.engine.loss import loss_gradient
from mu2net_sidecar.engine.roles import Role
from mu2net_sidecar.engine.update import Hyperparameters, update


def train_step(
    stages: Sequence[Stage],
    x: jax.Array,
    labels: jax.Array,
    num_classes: jax.Array,
    hyperparameters: Hyperparameters,
    step: int,
) -> jax.Array:
    """Dispatches a step, which replaces parameters and traces of what trains.

    Args:
        stages: the path, or what of it comes after a frozen prefix.
        x: input of the first stage.
        labels: i32 (batch).
        num_classes: i32 scalar.
        hyperparameters: of the child.
        step: steps taken before this one.

    Returns:
        The squared norm of the gradient, f32 scalar, which nothing has waited for.
    """
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
