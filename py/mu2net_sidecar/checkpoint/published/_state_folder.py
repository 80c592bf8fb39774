"""The folder of a state: its CSV tables and its checkpoint.

Both notebooks save a state as a folder `state_<round>_<generation>` with CSV tables and a file
`checkpoint_<round>_<generation>`.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from mu2net_sidecar.errors import SidecarError

Row = dict[str, str]
"""A row of a table: text by the name of its column."""

_STATE = re.compile(r"state_(\d+)_(\d+)")
_CHECKPOINT = re.compile(r"checkpoint_\d+_\d+")


def list_states(folder: Path) -> list[tuple[int, int, Path]]:
    """Lists the states in a folder: round, generation and folder of each, in that order."""
    return sorted(
        (int(match[1]), int(match[2]), entry)
        for entry in (folder.iterdir() if folder.is_dir() else ())
        if (match := _STATE.fullmatch(entry.name)) and entry.is_dir()
    )


def find_checkpoint(state: Path) -> Path | None:
    """Finds the checkpoint of a state; None if it was not written completely."""
    entries = [entry for entry in state.glob("checkpoint_*") if _CHECKPOINT.fullmatch(entry.name)]
    return max(entries, default=None)


def has_table(state: Path, name: str) -> bool:
    """Returns whether a state has a table."""
    return _table_of(state, name).exists()


def read_table(state: Path, name: str) -> list[Row]:
    """Reads the rows of a table.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` when the state has no such table.
    """
    file = _table_of(state, name)
    if not file.exists():
        raise incomplete_error(state, file.name)
    with file.open(newline="", encoding="utf-8") as lines:
        return [dict(row) for row in csv.DictReader(lines)]


def incomplete_error(folder: Path, file: str) -> SidecarError:
    """Returns the error for a state that lacks a file."""
    return SidecarError(
        "CHECKPOINT_MISSING", f"{folder} has no {file}; copy the whole folder of the experiment"
    )


def _table_of(state: Path, name: str) -> Path:
    return state / f"{name}.csv"
