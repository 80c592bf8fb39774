"""Names of classes and of base splits."""

from __future__ import annotations

from collections.abc import Sequence

from mu2net_sidecar.data.labels._classes import check_class_count
from mu2net_sidecar.errors import SidecarError

LONGEST_NAME = 255
"""Characters of a name; file systems allow no more."""

_SHOWN = 8


def check_class_names(names: object, title: str) -> list[str]:
    """Returns the names of the classes that a description of data states.

    Raises:
        SidecarError: `DATA_CORRUPT` when it is not a list of short texts; as `check_class_count`.
    """
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SidecarError(
            "DATA_CORRUPT", f"{title} has class names that are not a list of texts; correct it"
        )
    check_class_count(len(names), title)
    long = next((name for name in names if len(name) > LONGEST_NAME), None)
    if long is not None:
        raise _too_long(title, "class", long)
    return names


def check_split_name(name: str, title: str) -> str:
    """Returns the name of a base split.

    Raises:
        SidecarError: `DATA_CORRUPT` when it is too long or not Unicode.
    """
    if len(name) > LONGEST_NAME:
        raise _too_long(title, "split", name)
    if not name.isprintable():
        raise SidecarError(
            "DATA_CORRUPT",
            f"{title} names a split {name!r}, which is not plain text; rename it",
        )
    return name


def shorten(names: Sequence[str]) -> str:
    """Lists names for an error, only the first ones of many."""
    shown = ", ".join(name[:LONGEST_NAME] for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _too_long(title: str, kind: str, name: str) -> SidecarError:
    return SidecarError(
        "DATA_CORRUPT",
        f"{title} has a {kind} whose name has {len(name)} characters, more than {LONGEST_NAME} "
        f"('{name[:40]}…'); shorten it",
    )
