"""The optimizer's step on one component: clip by global norm, then SGD with momentum."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.typing import ArrayLike

from mu2net_sidecar.engine.device import ACCUMULATOR, MASTER, Arrays
from mu2net_sidecar.engine.training._child import Budget, Optimizer
from mu2net_sidecar.engine.training._schedule import Schedule, learning_rate_at, schedule_of

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float, Int

MAX_NORM = 1.0


class Hyperparameters(NamedTuple):
    """An optimizer as traced scalars, so that all optimizers run on one program."""

    schedule: Schedule
    momentum: ArrayLike
    nesterov: ArrayLike


def hyperparameters_of(optimizer: Optimizer, budget: Budget) -> Hyperparameters:
    """Returns the traced form of an optimizer. Plain SGD is momentum 0, which forgets its trace."""
    momentum = 0.0 if optimizer.momentum is None else optimizer.momentum
    schedule = schedule_of(optimizer, budget)
    return Hyperparameters(schedule, np.float32(momentum), np.bool_(optimizer.nesterov))


@partial(jax.jit, donate_argnames=("params", "trace"))
def update(
    params: Arrays,
    trace: Arrays,
    grads: Arrays,
    sqnorm: Float[Array, ""],
    hyperparameters: Hyperparameters,
    step: Int[Array, ""],
) -> tuple[Arrays, Arrays]:
    """Updates one component as optax's `clip_by_global_norm(1)` and `sgd` do, to the bit.

    With w the parameters, m the trace, g the gradient, |G| the norm of the gradient of *all*
    trainable components, η_t the learning rate and μ the momentum (method §5):

        g ← g · min(1, 1/|G|)                clip by global norm (Pascanu et al., 2013)
        m ← g + μ·m                          momentum (Polyak, 1964; Sutskever et al., 2013)
        d = g + μ·m if nesterov, else m
        w ← w − η_t·d

    Args:
        params: w, f32; donated.
        trace: m, bf16; donated. It is used in d before it is rounded to bf16 again.
        grads: g, f32.
        sqnorm: |G|², from the last backward program of the step.
        hyperparameters: those of the child.
        step: t, the steps taken before this one.

    Returns:
        The new parameters and trace.
    """
    schedule, momentum, nesterov = hyperparameters
    rate = learning_rate_at(schedule, step)
    norm = jnp.sqrt(sqnorm)
    # optax multiplies the bf16 trace by its decay in bf16. Rounding the decay here, instead of by
    # a cast that the compiler may elide, keeps that much of it.
    decay = lax.reduce_precision(momentum, exponent_bits=8, mantissa_bits=7)

    def step_of(w: jax.Array, m: jax.Array, g: jax.Array) -> tuple[jax.Array, jax.Array]:
        g = jnp.where(norm < MAX_NORM, g, g / norm * MAX_NORM)
        m = g + (decay.astype(ACCUMULATOR) * m).astype(MASTER)
        d = jnp.where(nesterov, g + momentum * m, m)
        return w - rate * d, m.astype(ACCUMULATOR)

    stepped = {name: step_of(params[name], trace[name], grads[name]) for name in params}
    return {name: w for name, (w, _) in stepped.items()}, {
        name: m for name, (_, m) in stepped.items()
    }
