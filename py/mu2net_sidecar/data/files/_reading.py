"""Errors for data that cannot be read: the system denies access or memory."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator

REMEDY = "make it readable, or correct the path of the task"


@contextmanager
def reading(title: str) -> Iterator[None]:
    """Tells which data are read if the system denies access or memory in the body.

    Args:
        title: Name of the data in errors.

    Raises:
        SidecarError: `OUT_OF_MEMORY`, or `DATA_MISSING`.
    """
    try:
        yield
    except MemoryError as error:
        reason = str(error).strip()
        raise SidecarError(
            "OUT_OF_MEMORY",
            f"{title} does not fit in the memory of this machine"
            f"{f' ({reason})' if reason else ''}; use fewer or smaller images, or a kind of source "
            "that leaves them in their files",
        ) from error
    except OSError as error:
        raise cannot_read(error.filename or title, error) from error


def cannot_read(title: object, error: OSError, remedy: str = REMEDY) -> SidecarError:
    """Returns the error for a file or folder that the system does not let us read."""
    reason = error.strerror or error
    return SidecarError("DATA_MISSING", f"cannot read {title}: {reason}; {remedy}")
