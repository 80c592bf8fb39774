"""What a child trained, as of its best validation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mu2net_sidecar.engine.child import TrainedComponent
from mu2net_sidecar.engine.components import Shapes, download
from mu2net_sidecar.engine.snapshot import Snapshot


class Retained(Mapping[str, TrainedComponent]):
    """A snapshot whose components are fetched from the device when they are looked up.

    So the next child can train while another thread stores this one, a component at a time.

    Args:
        snapshot: which nothing writes over.
        shapes: of each component's parameters in the store.
        with_trace: whether the momentum trace is worth fetching: not after plain SGD.
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
