"""The states of `mu2Net.ipynb`.

A state `state_<loop>_<generation>` has a whole system: `population.csv`, the living paths;
`paths.csv`, all paths; and a checkpoint with the components of the living ones. `config.json` is
beside the states, of which the latest is read.
"""

from __future__ import annotations

from pathlib import Path

from mu2net_sidecar.checkpoint.published._state_folder import (
    find_checkpoint,
    has_table,
    incomplete_error,
    list_states,
    read_table,
)
from mu2net_sidecar.checkpoint.published._system import PublishedState, PublishedSystem


def latest_system_state(directory: Path) -> Path | None:
    """Returns the latest state in a folder, or the folder itself if it is a state.

    Returns:
        The folder of the state; None if there is none.
    """
    if _is_system_state(directory):
        return directory
    states = [state for *_, state in list_states(directory) if _is_system_state(state)]
    return states[-1] if states else None


def read_system_state(state: Path) -> PublishedSystem:
    """Reads the system in a state.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` when the state lacks a table or the checkpoint.
    """
    checkpoint = find_checkpoint(state)
    if checkpoint is None:
        raise incomplete_error(state, "checkpoint_<loop>_<generation>")
    living, sampled = (read_table(state, name) for name in ("population", "paths"))
    config = state.parent / "config.json"
    return PublishedSystem(
        states=[PublishedState(config, None, living, sampled)], checkpoints=[checkpoint]
    )


def _is_system_state(state: Path) -> bool:
    return has_table(state, "population")
