"""The optimizer's step on one component: clip by global norm, then SGD with momentum."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.typing import ArrayLike

from mu2net_sidecar.engine.child import Budget, Optimizer
from mu2net_sidecar.engine.precision import ACCUMULATOR
from mu2net_sidecar.engine.schedule import Schedule, learning_rate_at, schedule_of

MAX_NORM = 1.0

Arrays = dict[str, jax.Array]


class Hyperparameters(NamedTuple):
    """An optimizer as traced scalars, so that all optimizers run on one program."""

    schedule: Schedule
    momentum: ArrayLike
    nesterov: ArrayLike


def hyperparameters_of(optimizer: Optimizer, budget: Budget) -> Hyperparameters:
    """The traced form of an optimizer. Plain SGD is momentum 0, which forgets its trace."""
    schedule = schedule_of(
        optimizer.schedule,
        optimizer.learning_rate,
        optimizer.warmup_ratio,
        optimizer.warmup_start,
        budget.batches_between_validations,
        budget.validations,
    )
    momentum = 0.0 if optimizer.momentum is None else optimizer.momentum
    return Hyperparameters(schedule, np.float32(momentum), np.bool_(optimizer.nesterov))


@partial(jax.jit, donate_argnames=("params", "trace"))
def update(
    params: Arrays,
    trace: Arrays,
    grads: Arrays,
    sqnorm: jax.Array,
    hyperparameters: Hyperparameters,
    step: jax.Array,
) -> tuple[Arrays, Arrays]:
    """One step of `clip_by_global_norm(1)` and `sgd(accumulator_dtype=bfloat16)`, as in optax.

    Args:
        params: parameters of the component, f32; donated.
        trace: momentum trace of the component, bf16; donated.
        grads: gradient of the component, f32.
        sqnorm: squared norm of the gradient of all trainable components, f32 scalar.
        hyperparameters: of the child.
        step: steps taken before this one.

    Returns:
        The new parameters and trace.
    """
    schedule, momentum, nesterov = hyperparameters
    rate = learning_rate_at(schedule, step)
    norm = jnp.sqrt(sqnorm)
    # optax multiplies the bf16 trace by its decay in bf16; rounding the decay here, rather than
    # by a cast that the compiler may elide, keeps that much of it.
    decay = lax.reduce_precision(momentum, exponent_bits=8, mantissa_bits=7)

    def step_of(param: jax.Array, trace: jax.Array, grad: jax.Array) -> tuple[jax.Array, ...]:
        grad = jnp.where(norm < MAX_NORM, grad, grad / norm * MAX_NORM)
        trace = grad + decay.astype(ACCUMULATOR) * trace
        direction = jnp.where(nesterov, grad + momentum * trace, trace)
        return param - rate * direction, trace.astype(ACCUMULATOR)

    stepped = {name: step_of(params[name], trace[name], grads[name]) for name in params}
    return {name: s[0] for name, s in stepped.items()}, {name: s[1] for name, s in stepped.items()}
