"""The agents of `mu3Net.ipynb`.

The notebook has one agent for each task and one for the root model. An agent has a folder of its
own, and saves a state `state_<cycle>_0` there after each cycle: `published.csv`, its path, by which
other agents know it; `paths.csv` and `components.csv`, what it made in the cycle; `config.json`;
and a checkpoint with those components of its path that it had not saved before. Each agent numbers
its components, so other agents call them `<agent>:<id>`. States of other generations belong to a
cycle that has not ended, and other agents ignore them.
"""

from __future__ import annotations

from pathlib import Path

from mu2net_sidecar.checkpoint.published._state_folder import (
    find_checkpoint,
    has_table,
    list_states,
    read_table,
)
from mu2net_sidecar.checkpoint.published._system import PublishedState, PublishedSystem
from mu2net_sidecar.errors import SidecarError


def list_agents(directory: Path) -> list[str]:
    """Lists the agents in a folder that have ended a cycle, by name."""
    return list(_states_by_agent(directory))


def read_agent(directory: Path, agent: str) -> PublishedSystem:
    """Reads what one agent saved.

    Args:
        directory: folder of all agents.
        agent: name of the agent.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` when a state lacks a table.
    """
    agents = _states_by_agent(directory)
    # Other agents' paths may use components that are no longer in this agent's own path.
    paths = [row for states in agents.values() for row in read_table(states[-1][0], "published")]
    living_ids = frozenset(each for row in paths for each in row.get("components", "").split(","))
    system = PublishedSystem(living_ids=living_ids)
    for state, checkpoint in agents.get(agent, []):
        living, sampled = (read_table(state, name) for name in ("published", "paths"))
        system.states.append(PublishedState(state / "config.json", agent, living, sampled))
        names = {
            f"{agent}:{row.get('id')}": row.get("name", "")
            for row in read_table(state, "components")
        }
        system.names.update(names)
        if not living_ids.isdisjoint(names):
            system.checkpoints.append(checkpoint)
    return system


def refuse_single_agent(directory: Path) -> None:
    """Refuses the folder of one agent or of its state, because its path needs other agents' parts.

    Raises:
        SidecarError: `CHECKPOINT_MISSING`, naming the folder of all agents.
    """
    if _is_agent_state(directory):
        system = directory.parent.parent
    elif any(_is_agent_state(state) for *_, state in list_states(directory)):
        system = directory.parent
    else:
        return
    raise SidecarError(
        "CHECKPOINT_MISSING",
        f"{directory} belongs to one agent of mu3Net.ipynb, whose path uses components of others; "
        f"name the folder of all agents, {system}",
    )


def _states_by_agent(directory: Path) -> dict[str, list[tuple[Path, Path]]]:
    """Returns the states of the agents that have ended a cycle, by agent."""
    folders = sorted(entry for entry in directory.glob("*") if entry.is_dir())
    return {folder.name: states for folder in folders if (states := _states_of(folder))}


def _states_of(agent: Path) -> list[tuple[Path, Path]]:
    """Returns the states that an agent saved at the end of cycles, each with its checkpoint."""
    return [
        (state, checkpoint)
        for _, generation, state in list_states(agent)
        if generation == 0
        and _is_agent_state(state)
        and (checkpoint := find_checkpoint(state)) is not None
    ]


def _is_agent_state(state: Path) -> bool:
    return has_table(state, "published")
