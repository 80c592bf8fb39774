"""A published system: its states and its components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mu2net_sidecar.checkpoint.files import OnProgress
from mu2net_sidecar.checkpoint.published._components import PublishedComponent, read_components
from mu2net_sidecar.checkpoint.published._state_folder import Row


@dataclass(frozen=True)
class PublishedState:
    """The configuration and the tables of a state.

    Attributes:
        config: file of the configuration.
        agent: agent that saved the state; None for a notebook without agents.
        living: rows of the living paths; of this agent if there are agents.
        sampled: rows of all paths, living or not; of this agent's cycle if there are agents.
    """

    config: Path
    agent: str | None
    living: list[Row]
    sampled: list[Row]


@dataclass(frozen=True)
class PublishedSystem:
    """A system, or the part of it that one agent saved.

    Attributes:
        agents: names of the agents, which are read one by one; empty if this is the whole system.
        states: the latest state, or the agent's states in the order of cycles.
        names: names of components by their ids, living or not, as far as tables have them.
        checkpoints: files with components of living paths.
        living_ids: ids of the components of living paths. None: all in the checkpoints.
    """

    agents: list[str] = field(default_factory=list)
    states: list[PublishedState] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    checkpoints: list[Path] = field(default_factory=list)
    living_ids: frozenset[str] | None = None

    def read_components(self, on_progress: OnProgress) -> Iterator[PublishedComponent]:
        """Reads the components of living paths one after another.

        Args:
            on_progress: called after each component with the bytes of the checkpoints that were
                processed and their bytes in all.

        Raises:
            SidecarError: `CHECKPOINT_INVALID`, naming the file.
        """
        sizes = [file.stat().st_size for file in self.checkpoints]
        for index, file in enumerate(self.checkpoints):
            done = sum(sizes[:index])
            for component in read_components(file, self.living_ids):
                yield component
                done += component.nbytes
                on_progress(done, sum(sizes))
