"""Reads a published system, from either notebook."""

from __future__ import annotations

from pathlib import Path

from mu2net_sidecar.checkpoint.published._mu2net_notebook import (
    latest_system_state,
    read_system_state,
)
from mu2net_sidecar.checkpoint.published._mu3net_notebook import (
    list_agents,
    read_agent,
    refuse_single_agent,
)
from mu2net_sidecar.checkpoint.published._system import PublishedSystem
from mu2net_sidecar.errors import SidecarError


def read_published(directory: Path, agent: str | None = None) -> PublishedSystem:
    """Reads a system that one of the papers' notebooks saved; see docs/pretrained-roots.md.

    Args:
        directory: folder of an experiment. For `mu2Net.ipynb` it may also be that of one state.
        agent: agent of `mu3Net.ipynb` to read. None: the whole system, which for `mu3Net.ipynb`
            is only the list of its agents.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` or `CHECKPOINT_INVALID`, naming the file.
    """
    if agent is not None:
        return read_agent(directory, agent)
    refuse_single_agent(directory)
    agents = list_agents(directory)
    if agents:
        return PublishedSystem(agents=agents)
    state = latest_system_state(directory)
    if state is None:
        raise SidecarError(
            "CHECKPOINT_MISSING",
            f"{directory} has no system: neither a state of mu2Net.ipynb "
            "(state_<loop>_<generation>/population.csv) nor agents of mu3Net.ipynb "
            "(<agent>/state_<cycle>_0/published.csv); name the folder of an experiment",
        )
    return read_system_state(state)
