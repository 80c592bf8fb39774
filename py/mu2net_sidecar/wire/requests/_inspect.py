# Generated from protocol/requests/inspect.ts by `npm run generate`; edit that instead.
"""The size of a task."""

from __future__ import annotations

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values import ClassCount, Count, InspectedTask, Positive, Text


class InspectRequest(Value, frozen=True, tag_field="kind", tag="inspect"):
    """Opens and checks the data of a task; counts its classes and examples."""

    task: InspectedTask


class BaseSplit(Value, frozen=True):
    """A base split of a source."""

    name: Text
    examples: Count


class SplitExamples(Value, frozen=True):
    """Number of examples of each split."""

    train: Positive
    validation: Positive
    test: Positive


class InspectResult(Value, frozen=True, tag_field="kind", tag="inspect"):
    """The classes and base splits of a source, and the size of each split.

    Attributes:
        class_names: In the order of labels; None: the classes have no names.
        base_splits: Every base split of the source.
        examples: None when the request has no splits.
    """

    num_classes: ClassCount
    class_names: list[Text] | None
    base_splits: list[BaseSplit]
    examples: SplitExamples | None
