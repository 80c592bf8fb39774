"""Copies of what a child trains, kept on the device until it ends."""

from __future__ import annotations

from collections.abc import Sequence

from mu2net_sidecar.engine.components import Arrays, Shapes, copied
from mu2net_sidecar.engine.engine import Stage

Snapshot = dict[str, tuple[Arrays, Arrays]]
"""Parameters and momentum trace by component."""


def snapshot_of(stages: Sequence[Stage]) -> Snapshot:
    """A copy on the device of what trains, for the next step writes over the original."""
    return {
        s.name: (copied(s.params), copied(s.training.trace))
        for s in stages
        if s.training is not None
    }


def shapes_of(stages: Sequence[Stage]) -> dict[str, Shapes]:
    """Shapes in the store of what trains."""
    return {stage.name: stage.training.shapes for stage in stages if stage.training is not None}
