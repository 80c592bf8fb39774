# Generated from protocol/requests/train.ts by `npm run generate`; edit that instead.
"""Training of cohorts."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values import (
    Architecture,
    Augmentation,
    Budget,
    Component,
    Count,
    Finite,
    Fraction,
    NonNegative,
    Optimizer,
    PathId,
    Seed,
    StoreUrl,
    Task,
    Text,
    TrainedComponent,
)


class Child(Value, frozen=True):
    """A path to train.

    Attributes:
        path_id: Path that this child becomes.
        components: In forward order.
        quality_bar: A validation at or above it retains the child; None: it is always retained.
    """

    path_id: PathId
    architecture: Architecture
    components: Annotated[list[Component], Meta(min_length=1)]
    optimizer: Optimizer
    quality_bar: Finite | None


class TrainRequest(Value, frozen=True, tag_field="kind", tag="train"):
    """Trains and validates a cohort: children that see the same batches.

    Attributes:
        warmup_start: Share of the peak learning rate at which a warm-up starts and a linear
            schedule ends.
        data_seed: Orders the batches and draws the augmentations.
    """

    store: StoreUrl
    task: Task
    augmentation: Augmentation
    budget: Budget
    warmup_start: Fraction
    data_seed: Seed
    children: Annotated[list[Child], Meta(min_length=1, max_length=4_096)]


class Trained(Value, frozen=True, tag_field="kind", tag="trained"):
    """A child that trained to the end.

    Attributes:
        qualities: Top-1 accuracy at each validation.
        components: As they were at the best validation; None: the bar was not reached.
        train_seconds: Share of the wall time; the shares of children that train together add up to
            it.
        compilations: XLA programs that were compiled for this child.
    """

    path_id: PathId
    qualities: list[Fraction]
    components: list[TrainedComponent] | None
    train_seconds: NonNegative
    compilations: Count


class Diverged(Value, frozen=True, tag_field="kind", tag="diverged"):
    """A child whose loss stopped being finite.

    Attributes:
        qualities: Validations before the loss stopped being finite.
        components: The trained components as of the best of these validations, or as the child
            began if there is none and no quality bar; None: the bar was not reached.
    """

    path_id: PathId
    qualities: list[Fraction]
    components: list[TrainedComponent] | None
    reason: Text


Measurement = Trained | Diverged
"""The outcome of a child."""


class TrainResult(Value, frozen=True, tag_field="kind", tag="train"):
    """The outcomes of a cohort.

    Attributes:
        measurements: In the order of the requested children.
    """

    measurements: list[Measurement]
