# Generated from protocol/values/task.ts by `npm run generate`; edit that instead.
"""Tasks and their splits."""

from __future__ import annotations

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values._scalars import ClassCount, SplitExpression, Text
from mu2net_sidecar.wire.values._source import Source


class Splits(Value, frozen=True):
    """Slices of base splits, in the syntax of TFDS."""

    train: SplitExpression
    validation: SplitExpression
    test: SplitExpression


class Task(Value, frozen=True):
    """An image-classification task.

    Attributes:
        num_classes: None: not known yet; the source says how many it has.
    """

    name: Text
    source: Source
    splits: Splits
    num_classes: ClassCount | None


class InspectedTask(Value, frozen=True):
    """A task whose splits may not be chosen yet.

    Attributes:
        splits: None: not chosen yet.
        num_classes: None: not known yet; the source says how many it has.
    """

    name: Text
    source: Source
    splits: Splits | None
    num_classes: ClassCount | None
