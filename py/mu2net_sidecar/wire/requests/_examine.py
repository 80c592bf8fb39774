# Generated from protocol/requests/examine.ts by `npm run generate`; edit that instead.
"""Predictions on a split by class, and mistakes."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.requests._evaluate import EvaluatedComponent
from mu2net_sidecar.wire.values import (
    Architecture,
    BatchSize,
    Count,
    Fraction,
    Positive,
    StoreUrl,
    Task,
)


class ExamineRequest(Value, frozen=True, tag_field="kind", tag="examine"):
    """Counts the predictions of a path on a split by class, and shows mistakes.

    Attributes:
        components: In forward order.
        mistakes: Number of wrong predictions to show, at most.
        largest_side: Longest side of their images, pixels; larger ones are scaled.
    """

    store: StoreUrl
    task: Task
    split: Literal["train", "validation", "test"]
    architecture: Architecture
    components: Annotated[list[EvaluatedComponent], Meta(min_length=1)]
    batch_size: BatchSize
    mistakes: Count
    largest_side: Positive


class ConfusionCell(Value, frozen=True):
    """Examples of a class that got one prediction."""

    label: Count
    predicted: Count
    count: Positive


class Mistake(Value, frozen=True):
    """An example that is predicted wrongly.

    Attributes:
        index: Place of the example in the split.
        probability: That of the predicted class.
        label_probability: That of the label.
        png: The image.
    """

    index: Count
    label: Count
    predicted: Count
    probability: Fraction
    label_probability: Fraction
    png: bytes


class ExamineResult(Value, frozen=True, tag_field="kind", tag="examine"):
    """Predictions of a path by class, and mistakes.

    Attributes:
        correct: Number of correct predictions.
        total: Number of examples.
        cells: The cells of the confusion matrix that are not 0, by label, then by prediction.
        mistakes: The most confident one first.
    """

    correct: Count
    total: Positive
    cells: list[ConfusionCell]
    mistakes: list[Mistake]
