"""Learning-rate schedules (method §5) as one family, so that all run on one program."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from mu2net_sidecar.engine.training._child import Budget, Optimizer

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float, Int

CONSTANT, COSINE, LINEAR = range(3)


class Schedule(NamedTuple):
    """Warm-up, then decay, repeated with a period; every field is a traced scalar.

    Attributes:
        decay: CONSTANT, COSINE (to zero) or LINEAR (to the initial rate); i32.
        initial: r₀, the learning rate at which the warm-up starts; f32.
        peak: r, the learning rate after the warm-up; f32.
        warmup_steps: w, steps of linear warm-up in a period; i32.
        period: P, steps after which the schedule starts again; i32.
    """

    decay: ArrayLike
    initial: ArrayLike
    peak: ArrayLike
    warmup_steps: ArrayLike
    period: ArrayLike


def schedule_of(optimizer: Optimizer, budget: Budget) -> Schedule:
    """Returns the schedule of a child's training.

    With T the steps in all and V the steps between validations:

    - `cosine`: P = T, w = ⌊warmup_ratio · P⌋, cosine decay to zero (Loshchilov and Hutter, 2017);
    - `restarts`: the same with P = V;
    - `linear`: P = T, the same warm-up, linear decay to r₀;
    - `constant`: half the learning rate throughout, without warm-up.
    """
    restarts = optimizer.schedule == "restarts"
    period = budget.batches_between_validations if restarts else budget.steps
    if optimizer.schedule == "constant":
        decay, initial, peak, warmup_steps = CONSTANT, 0.0, optimizer.learning_rate / 2, 0
    else:
        decay = LINEAR if optimizer.schedule == "linear" else COSINE
        peak = optimizer.learning_rate
        initial = peak * optimizer.warmup_start
        warmup_steps = int(optimizer.warmup_ratio * period)
    return Schedule(
        decay=np.int32(decay),
        initial=np.float32(initial),
        peak=np.float32(peak),
        warmup_steps=np.int32(warmup_steps),
        period=np.int32(period),
    )


def learning_rate_at(schedule: Schedule, step: Int[Array, ""]) -> Float[Array, ""]:
    """Returns the learning rate of a step, counted from zero.

    With t = step mod P and q = (t − w) / (P − w):

    - t < w: r₀ + (r − r₀) · t / w;
    - t ≥ w: r (CONSTANT), r · (1 + cos πq) / 2 (COSINE), r + (r₀ − r) · q (LINEAR).
    """
    decay, r0, r, w, period = schedule
    t = step % jnp.asarray(period)
    warmup = r0 + jnp.subtract(r, r0) * (t / jnp.maximum(w, 1))
    q = jnp.subtract(t, w) / jnp.maximum(jnp.subtract(period, w), 1)
    decayed = jnp.stack(
        [
            jnp.full_like(q, r),
            r * (1 + jnp.cos(jnp.pi * q)) / 2,
            r + jnp.subtract(r0, r) * q,
        ]
    )
    return jnp.where(t < w, warmup, decayed[decay])
