"""Numbers of classes and of examples, and the labels that they allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from jaxtyping import Integer

LARGEST_CLASS_COUNT = 1 << 20
"""Classes that a task may have: 50 times those of ImageNet-21k. A head has a row for each."""

LARGEST_EXAMPLE_COUNT = 1 << 26
"""Examples that a base split may have: 4 times those of ImageNet-21k."""

_LABEL = re.compile(rb"\s*-?\d{1,10}\s*")


def is_class(label: int) -> bool:
    """Returns whether a task may have this label; a negative one marks an image without a label."""
    return -LARGEST_CLASS_COUNT <= label < LARGEST_CLASS_COUNT


def wrong_label(place: str, label: object) -> SidecarError:
    """Returns the error for a label that cannot be that of a class.

    Args:
        place: The file, and the example in it.
        label: The label.
    """
    return SidecarError(
        "DATA_LABEL",
        f"{place} has the label {str(label)[:40]!r}, not a whole number below "
        f"{LARGEST_CLASS_COUNT}; number the classes from 0",
    )


def parse_label(text: bytes, place: str) -> int:
    """Returns the label that a text states.

    Raises:
        SidecarError: `DATA_LABEL` when it is not the number of a class.
    """
    if _LABEL.fullmatch(text) and is_class(label := int(text)):
        return label
    raise wrong_label(place, text[:40].decode("utf-8", "replace"))


def count_classes(labels: Iterable[Integer[np.ndarray, " _"]], title: str) -> int:
    """Returns one more than the largest of all labels.

    Args:
        labels: Labels of each base split.
        title: Name of the data in errors.

    Raises:
        SidecarError: `DATA_EMPTY` when there are no labelled images.
    """
    count = 1 + max((int(part.max()) for part in labels if part.size), default=-1)
    return check_class_count(count, title)


def check_class_count(count: int, title: str) -> int:
    """Returns a number of classes that a task may have.

    Raises:
        SidecarError: `DATA_EMPTY` when there is no class, `DATA_LABEL` when there are too many.
    """
    if count < 1:
        raise SidecarError("DATA_EMPTY", f"{title} has no labelled images; add some")
    if count > LARGEST_CLASS_COUNT:
        raise SidecarError(
            "DATA_LABEL",
            f"{title} has {count} classes, more than {LARGEST_CLASS_COUNT}; join some of them",
        )
    return count


def check_example_count(count: int, title: str) -> int:
    """Returns a number of examples that a base split may have.

    Raises:
        SidecarError: `DATA_CORRUPT` when it is out of bounds.
    """
    if not 0 <= count <= LARGEST_EXAMPLE_COUNT:
        raise SidecarError(
            "DATA_CORRUPT",
            f"{title} has {count} examples, not 0 to {LARGEST_EXAMPLE_COUNT}; "
            "correct the data or take a part of them",
        )
    return count
