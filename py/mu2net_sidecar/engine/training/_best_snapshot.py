"""The best snapshot of a child: when it is taken, where it is kept, how it is fetched."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from mu2net_sidecar.engine._stage import Stage
from mu2net_sidecar.engine.device import Arrays, Shapes, copy_arrays, download
from mu2net_sidecar.engine.training._events import TrainedComponent

Snapshot = dict[str, tuple[Arrays, Arrays]]
"""Parameters and momentum trace by component, on the device."""


class BestSnapshot:
    """The trained components as of the best validation so far (method §5).

    A validation of quality q replaces the snapshot if q ≥ b, and then b ← q, so the latest among
    equals stays. Before the first one, b is the child's quality bar.

    Args:
        quality_bar: the first b. None: −∞.
    """

    def __init__(self, quality_bar: float | None) -> None:
        self._bar = -math.inf if quality_bar is None else quality_bar
        self._snapshot: Snapshot | None = None

    def offer(self, quality: float, stages: Sequence[Stage]) -> None:
        """Copies what trains, on the device, if the quality reaches the bar.

        A copy is needed because the next step overwrites the original.
        """
        if quality >= self._bar:
            self._bar = quality
            self._snapshot = {
                stage.name: (copy_arrays(stage.params), copy_arrays(stage.training.trace))
                for stage in stages
                if stage.training is not None
            }

    def release(self, stages: Sequence[Stage], *, with_trace: bool) -> RetainedComponents | None:
        """Hands the snapshot over; None if no validation reached the bar."""
        snapshot, self._snapshot = self._snapshot, None
        if snapshot is None:
            return None
        shapes = {s.name: s.training.shapes for s in stages if s.training is not None}
        return RetainedComponents(snapshot, shapes, with_trace=with_trace)


class RetainedComponents(Mapping[str, TrainedComponent]):
    """A snapshot whose components are fetched from the device when they are looked up.

    So the next child can train while another thread stores this one, component by component.

    Args:
        snapshot: nothing writes to it any more.
        shapes: shapes of each component's parameters in the store.
        with_trace: whether to fetch the momentum trace: not after plain SGD.
    """

    def __init__(
        self, snapshot: Snapshot, shapes: Mapping[str, Shapes], *, with_trace: bool
    ) -> None:
        self._snapshot, self._shapes, self._with_trace = snapshot, shapes, with_trace

    def __getitem__(self, name: str) -> TrainedComponent:
        (params, trace), shapes = self._snapshot[name], self._shapes[name]
        return TrainedComponent(
            params=download(params, shapes),
            trace=download(trace, shapes) if self._with_trace else None,
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._snapshot)

    def __len__(self) -> int:
        return len(self._snapshot)
