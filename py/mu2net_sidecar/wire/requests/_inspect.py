# Generated from protocol/requests/inspect.ts by `npm run generate`; edit that instead.
"""The size of a task."""

from __future__ import annotations

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values import Positive, Task, Text


class InspectRequest(Value, frozen=True, tag_field="kind", tag="inspect"):
    """Counts the examples and classes of a task."""

    task: Task


class InspectResult(Value, frozen=True, tag_field="kind", tag="inspect"):
    """The classes of a task, and the size of each split.

    Attributes:
        class_names: In the order of labels; None: the classes have no names.
        train: Number of examples.
        validation: Number of examples.
        test: Number of examples.
    """

    num_classes: Positive
    class_names: list[Text] | None
    train: Positive
    validation: Positive
    test: Positive
