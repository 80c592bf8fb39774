"""One training step of one path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import jax
import numpy as np

from mu2net_sidecar.engine._stage import Stage
from mu2net_sidecar.engine.programs import Role, loss_gradient
from mu2net_sidecar.engine.training._update import Hyperparameters, update

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float, Int


def train_step(
    stages: Sequence[Stage],
    batch: tuple[Float[Array, " batch *rest"], Int[Array, " batch"]],
    *,
    num_classes: Int[Array, ""],
    hyperparameters: Hyperparameters,
    step: int,
) -> Float[Array, ""]:
    """Dispatches a step, which replaces parameters and traces of the stages that train.

    Forward: x_i = f_i(w_i, x_{i−1}), recording where a derivative is needed. Backward from
    dx_n = ∂L/∂x_n: (dx_{i−1}, dw_i, s) ← backward_i(dx_i, s), down to the first stage that trains.
    Then w_i ← update(w_i, dw_i, s), where s = Σ |dw_i|² is complete only after the whole backward
    pass.

    Args:
        stages: the path, or the part of it that comes after a frozen prefix.
        batch: input of the first stage, and labels.
        num_classes: classes of the task.
        hyperparameters: those of the child.
        step: steps taken before this one.

    Returns:
        s, the squared norm of the gradient. Nothing has waited for it.
    """
    x, labels = batch
    tape = []
    for stage in stages:
        if stage.role is Role.FORWARD:
            x = stage.programs.forward(stage.params, x)
        else:
            y, residuals = stage.programs.record[stage.role](stage.params, x)
            tape.append((stage, x, residuals))
            x = y
    dy = loss_gradient(x, labels, num_classes)
    sqnorm, steps_before = jax.device_put((np.float32(0), np.int32(step)))
    gradients = []
    while tape:
        stage, x, residuals = tape.pop()
        dy, dw, sqnorm = stage.programs.backward(residuals, stage.params, x, dy, sqnorm)
        if dw is not None:
            gradients.append((stage, stage.training, dw))
    for stage, training, dw in gradients:
        stage.params, training.trace = update(
            stage.params, training.trace, dw, sqnorm, hyperparameters, steps_before
        )
    return sqnorm
