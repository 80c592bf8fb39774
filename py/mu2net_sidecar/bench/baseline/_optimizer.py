"""The optimizer of a child as an optax chain, its hyperparameters constants of the program."""

from __future__ import annotations

import jax.numpy as jnp
import optax

from mu2net_sidecar.engine import Budget, Optimizer


def schedule_of(optimizer: Optimizer, budget: Budget) -> optax.Schedule:
    """The learning rate by step (method.md §5)."""
    rate, ratio = optimizer.learning_rate, optimizer.warmup_ratio
    start = rate * optimizer.warmup_start

    def cosine(steps: int) -> optax.Schedule:
        return optax.warmup_cosine_decay_schedule(start, rate, int(ratio * steps), steps)

    match optimizer.schedule:
        case "constant":
            return optax.constant_schedule(rate / 2)
        case "cosine":
            return cosine(budget.steps)
        case "restarts":
            period = budget.batches_between_validations
            return optax.join_schedules(
                [cosine(period)] * budget.validations, list(range(period, budget.steps, period))
            )
        case "linear":
            warmup = int(ratio * budget.steps)
            return optax.join_schedules(
                [
                    optax.linear_schedule(start, rate, warmup),
                    optax.linear_schedule(rate, start, budget.steps - warmup),
                ],
                [warmup],
            )


def chain_of(optimizer: Optimizer, budget: Budget) -> optax.GradientTransformation:
    """Clip by global norm 1, then SGD with a momentum trace in bfloat16."""
    return optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.sgd(
            schedule_of(optimizer, budget),
            optimizer.momentum,
            nesterov=optimizer.nesterov,
            accumulator_dtype=jnp.bfloat16,
        ),
    )
