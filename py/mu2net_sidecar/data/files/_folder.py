"""Folders, of which nothing is left out in silence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mu2net_sidecar.data._interruption import check_interruption
from mu2net_sidecar.data.files._path import check_path
from mu2net_sidecar.data.files._reading import cannot_read

if TYPE_CHECKING:
    from collections.abc import Iterator


def list_folder(folder: Path) -> list[Path]:
    """Returns the entries of a folder, in no order.

    Raises:
        SidecarError: `DATA_MISSING` when it cannot be read.
    """
    check_interruption()
    check_path(folder)
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise cannot_read(f"the folder {folder}", error) from error


def walk_files(folder: Path, *, hidden: bool = True) -> Iterator[Path]:
    """Yields the files in a folder and in its folders; it does not follow links to folders.

    Args:
        folder: The folder.
        hidden: Whether to yield files and enter folders whose name begins with a dot.

    Raises:
        SidecarError: `DATA_MISSING` when a folder cannot be read.
    """

    def refuse(error: OSError) -> None:
        raise cannot_read(f"the folder {error.filename}", error) from error

    def is_wanted(name: str) -> bool:
        return hidden or not name.startswith(".")

    check_path(folder)
    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = filter(is_wanted, folders)
        for name in filter(is_wanted, names):
            check_interruption()
            yield Path(parent, name)
