"""Learning-rate schedules (method §5) as one family, so that all run on one program."""

from __future__ import annotations

from typing import Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

ScheduleName = Literal["constant", "cosine", "linear", "restarts"]

CONSTANT, COSINE, LINEAR = range(3)


class Schedule(NamedTuple):
    """Warm-up, then decay, repeated with a period; every field is traced.

    Attributes:
        decay: CONSTANT, COSINE (to zero) or LINEAR (to the initial rate).
        initial: learning rate at which the warm-up starts.
        peak: learning rate after the warm-up.
        warmup_steps: steps of linear warm-up in a period.
        period: steps after which the schedule starts again.
    """

    decay: ArrayLike
    initial: ArrayLike
    peak: ArrayLike
    warmup_steps: ArrayLike
    period: ArrayLike


def schedule_of(
    name: ScheduleName,
    learning_rate: float,
    warmup_ratio: float,
    warmup_start: float,
    batches_between_validations: int,
    validations: int,
) -> Schedule:
    """The schedule of a child's training.

    Args:
        name: `cosine` and `linear` warm up and decay over the whole training, to zero and to where
            the warm-up started; `restarts` does as `cosine` in every validation period,
            `constant` stays at half the learning rate.
        learning_rate: the peak.
        warmup_ratio: fraction of the period that is warm-up.
        warmup_start: fraction of the peak at which the warm-up starts.
        batches_between_validations: steps in a validation period.
        validations: validation periods.
    """
    period = batches_between_validations * (1 if name == "restarts" else validations)
    if name == "constant":
        decay, initial, peak, warmup_steps = CONSTANT, 0.0, learning_rate / 2, 0
    else:
        decay = LINEAR if name == "linear" else COSINE
        initial, peak = learning_rate * warmup_start, learning_rate
        warmup_steps = int(warmup_ratio * period)
    return Schedule(
        decay=np.int32(decay),
        initial=np.float32(initial),
        peak=np.float32(peak),
        warmup_steps=np.int32(warmup_steps),
        period=np.int32(period),
    )


def learning_rate_at(schedule: Schedule, step: ArrayLike) -> jax.Array:
    """The learning rate of a step, counted from zero; f32 scalar."""
    decay, initial, peak, warmup_steps, period = schedule
    step = jnp.asarray(step) % period
    warmup = initial + jnp.subtract(peak, initial) * (step / jnp.maximum(warmup_steps, 1))
    progress = jnp.subtract(step, warmup_steps) / jnp.maximum(jnp.subtract(period, warmup_steps), 1)
    decayed = jnp.stack(
        [
            jnp.full_like(progress, peak),
            peak * (1 + jnp.cos(jnp.pi * progress)) / 2,
            peak + jnp.subtract(initial, peak) * progress,
        ]
    )
    return jnp.where(step < warmup_steps, warmup, decayed[decay])
