"""Copies of what a child trains, kept on the device until it ends."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from mu2net_sidecar.engine.child import TrainedComponent
from mu2net_sidecar.engine.components import Arrays, Shapes, download
from mu2net_sidecar.engine.engine import Stage

Snapshot = dict[str, tuple[Arrays, Arrays]]
"""Parameters and momentum trace by component."""


@jax.jit
def _copy(arrays: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
    return jax.tree.map(jnp.copy, arrays)


def snapshot_of(stages: Sequence[Stage]) -> Snapshot:
    """A copy on the device of what trains, for the next step writes over the original."""
    return {s.name: _copy((s.params, s.training.trace)) for s in stages if s.training is not None}


def shapes_of(stages: Sequence[Stage]) -> dict[str, Shapes]:
    """Shapes in the store of what trains."""
    return {stage.name: stage.training.shapes for stage in stages if stage.training is not None}


def downloaded(
    snapshot: Snapshot, shapes: dict[str, Shapes], *, with_trace: bool
) -> dict[str, TrainedComponent]:
    """Fetches a snapshot from the device."""
    return {
        name: TrainedComponent(
            params=download(params, shapes[name]),
            trace=download(trace, shapes[name]) if with_trace else None,
        )
        for name, (params, trace) in snapshot.items()
    }
