"""A task: where its images come from, how they are split, and how many classes there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mu2net_sidecar.data.spec._source import SourceSpec


@dataclass(frozen=True)
class Splits:
    """Split expressions of a task, in the syntax that `parse_splits` reads.

    Attributes:
        train: The images to learn from.
        validation: The images that decide which path is retained.
        test: The images on which the retained path is evaluated.
    """

    train: str
    validation: str
    test: str


@dataclass(frozen=True)
class TaskSpec:
    """An image-classification task.

    Attributes:
        name: Name of the task, for error messages.
        source: Where its images come from.
        splits: Which images are for what.
        num_classes: Number of classes; None to take the number of the source.
    """

    name: str
    source: SourceSpec
    splits: Splits
    num_classes: int | None = None
