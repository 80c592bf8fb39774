"""Systems that the papers' notebooks saved.

`mu2Net.ipynb` saves a whole system in a state `state_<loop>_<generation>`: `population.csv`, the
living paths; `paths.csv`, every path there was; and their components. `config.json` lies beside the
states, of which the latest counts.

`mu3Net.ipynb` has an agent for each task, and one for the root model. An agent saves, in a folder
of its own, a state `state_<cycle>_0` after each cycle: `published.csv`, the path that it has then,
by which other agents know it; `paths.csv` and `components.csv`, what it made in the cycle;
`config.json`; and those components of its path that it had not saved before. Ids count for each
agent, so a component is `<agent>:<id>` to all. States of other generations are of a cycle in
progress, and no other agent looks at them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mu2net_sidecar.checkpoint.notebook_state import (
    PublishedComponent,
    Row,
    checkpoint_in,
    missing,
    read_components,
    read_table,
    states_in,
)
from mu2net_sidecar.checkpoint.source import Progress
from mu2net_sidecar.errors import SidecarError


@dataclass(frozen=True)
class PublishedState:
    """A state, as far as it says what the system is: its configuration and its tables.

    Attributes:
        config: File of the configuration.
        agent: Who saved it; None for a notebook without agents.
        living: The living paths, of this agent if there are agents.
        sampled: Every path there was; those of the agent's cycle if there are agents.
    """

    config: Path
    agent: str | None
    living: list[Row]
    sampled: list[Row]


@dataclass(frozen=True)
class PublishedSystem:
    """A system, or what one of its agents has of it.

    Attributes:
        agents: Who is to be asked, one after the other; none where this is all.
        states: The latest state, or the agent's states in the order of cycles.
        names: Names of components by their ids, as far as tables have them, living or not.
        checkpoints: The files that have components of living paths.
        wanted: Ids of the components of living paths; None for all.
    """

    agents: list[str] = field(default_factory=list)
    states: list[PublishedState] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    checkpoints: list[Path] = field(default_factory=list)
    wanted: frozenset[str] | None = None

    def components(self, progress: Progress) -> Iterator[PublishedComponent]:
        """The components of living paths, read one after the other, as they are asked for.

        Args:
            progress: Told the bytes of the checkpoints that are done with, and those there are.

        Raises:
            SidecarError: `CHECKPOINT_INVALID`, naming the file.
        """
        sizes = [file.stat().st_size for file in self.checkpoints]
        for index, file in enumerate(self.checkpoints):
            done = sum(sizes[:index])
            for component in read_components(file, self.wanted):
                yield component
                done += component.size
                progress(done, sum(sizes))


def read_published(directory: Path, agent: str | None = None) -> PublishedSystem:
    """Reads a system by its folder; one of `mu2Net.ipynb` also by that of a state.

    A system of agents is told of by them: without `agent` it says only who they are.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` or `CHECKPOINT_INVALID`, naming the file.
    """
    if agent is not None:
        return _read_agent(directory, agent)
    _refuse_agent(directory)
    agents = _agents_in(directory)
    if agents:
        return PublishedSystem(agents=list(agents))
    whole = [state for *_, state in states_in(directory) if _is_whole(state)]
    if _is_whole(directory):
        whole = [directory]
    if not whole:
        raise SidecarError(
            "CHECKPOINT_MISSING",
            f"{directory} holds no system: neither a state of mu2Net.ipynb "
            "(state_<loop>_<generation>/population.csv) nor agents of mu3Net.ipynb "
            "(<agent>/state_<cycle>_0/published.csv); name the folder of an experiment",
        )
    return _read_whole(whole[-1])


def _read_whole(state: Path) -> PublishedSystem:
    file = checkpoint_in(state)
    if file is None:
        raise missing(state, "checkpoint_<loop>_<generation>")
    living, sampled = (read_table(state, name) for name in ("population", "paths"))
    config = state.parent / "config.json"
    return PublishedSystem(
        states=[PublishedState(config, None, living, sampled)], checkpoints=[file]
    )


def _read_agent(directory: Path, agent: str) -> PublishedSystem:
    agents = _agents_in(directory)
    # Paths of others may use what this agent's own path does not use any more.
    living = [row for each in agents.values() for row in read_table(each[-1][0], "published")]
    wanted = frozenset(part for row in living for part in row.get("components", "").split(","))
    system = PublishedSystem(wanted=wanted)
    for state, file in agents.get(agent, []):
        own, sampled = (read_table(state, name) for name in ("published", "paths"))
        system.states.append(PublishedState(state / "config.json", agent, own, sampled))
        made = {
            f"{agent}:{row.get('id')}": row.get("name", "")
            for row in read_table(state, "components")
        }
        system.names.update(made)
        if not wanted.isdisjoint(made):
            system.checkpoints.append(file)
    return system


def _agents_in(directory: Path) -> dict[str, list[tuple[Path, Path]]]:
    """The agents that have ended a cycle, and what `_cycles_of` says of each."""
    folders = sorted(entry for entry in directory.glob("*") if entry.is_dir())
    return {entry.name: cycles for entry in folders if (cycles := _cycles_of(entry))}


def _cycles_of(agent: Path) -> list[tuple[Path, Path]]:
    """The states that an agent saved after its cycles, and their checkpoints."""
    return [
        (state, file)
        for _, generation, state in states_in(agent)
        if generation == 0 and _is_agents(state) and (file := checkpoint_in(state)) is not None
    ]


def _refuse_agent(directory: Path) -> None:
    """What one agent has rests on others: the whole system is to be read."""
    system = directory.parent.parent if _is_agents(directory) else directory.parent
    if _is_agents(directory) or any(_is_agents(state) for *_, state in states_in(directory)):
        raise SidecarError(
            "CHECKPOINT_MISSING",
            f"{directory} is of one agent of mu3Net.ipynb, whose path rests on those of others; "
            f"name the folder of all agents, {system}",
        )


def _is_agents(state: Path) -> bool:
    return (state / "published.csv").exists()


def _is_whole(state: Path) -> bool:
    return (state / "population.csv").exists()
