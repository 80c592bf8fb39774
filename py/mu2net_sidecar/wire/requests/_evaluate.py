# Generated from protocol/requests/evaluate.ts by `npm run generate`; edit that instead.
"""Evaluation of paths, and what a forward pass costs."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values import (
    Architecture,
    BatchSize,
    ComponentName,
    Count,
    Digest,
    NonNegative,
    Positive,
    StoreUrl,
    Task,
)


class EvaluatedComponent(Value, frozen=True):
    """A stored component of a path to evaluate, predict with or export."""

    name: ComponentName
    params_digest: Digest


class EvaluateRequest(Value, frozen=True, tag_field="kind", tag="evaluate"):
    """Judges the predictions of a path on a split.

    Attributes:
        components: In forward order.
    """

    store: StoreUrl
    task: Task
    split: Literal["train", "validation", "test"]
    architecture: Architecture
    components: Annotated[list[EvaluatedComponent], Meta(min_length=1)]
    batch_size: BatchSize


class EvaluateResult(Value, frozen=True, tag_field="kind", tag="evaluate"):
    """Which predictions are correct, and how many.

    Attributes:
        correct: Number of correct predictions.
        total: Number of examples.
        outcomes: A bit per example in the order of the split, 1: correct; the highest bit comes
            first.
    """

    correct: Count
    total: Positive
    outcomes: bytes


class BaselineRequest(Value, frozen=True, tag_field="kind", tag="baseline"):
    """Measures what a model of a task should beat.

    Attributes:
        components: The components of a root model without its head, in forward order.
    """

    store: StoreUrl
    task: Task
    architecture: Architecture
    components: Annotated[list[EvaluatedComponent], Meta(min_length=1)]
    batch_size: BatchSize


class BaselineResult(Value, frozen=True, tag_field="kind", tag="baseline"):
    """Correct predictions without any evolution.

    Attributes:
        majority: Test examples of the class that is most frequent in train.
        probe: Test examples that a linear classifier on the root model's features predicts
            correctly.
        total: Number of test examples.
        outcomes: A bit per test example, 1: the linear classifier is correct; the highest bit comes
            first.
    """

    majority: Count
    probe: Count
    total: Positive
    outcomes: bytes


class FlopsRequest(Value, frozen=True, tag_field="kind", tag="flops"):
    """Counts the floating-point operations of a path's forward pass on one image.

    Attributes:
        components: In forward order.
    """

    architecture: Architecture
    components: Annotated[list[ComponentName], Meta(min_length=1)]


class FlopsResult(Value, frozen=True, tag_field="kind", tag="flops"):
    """The operations of the forward pass."""

    flops: NonNegative
