"""Paths that the system can take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from pathlib import Path


def check_path(path: Path) -> None:
    """Checks that a path can name a file.

    Raises:
        SidecarError: `DATA_MISSING` when it contains a NUL character.
    """
    if "\0" in str(path):
        raise SidecarError(
            "DATA_MISSING", f"the path {path} contains a NUL character; correct the path"
        )
