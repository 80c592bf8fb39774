"""The end of a child whose logits stopped being finite: the reason, and what it keeps.

The published code keeps the best snapshot of such a child, and a child of another task's path
whatever happened (method §5). So does this; but it never keeps weights that are not finite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from mu2net_sidecar.engine._path import HostParams, PathComponent
from mu2net_sidecar.engine.training._best_snapshot import RetainedComponents
from mu2net_sidecar.engine.training._child import Child
from mu2net_sidecar.engine.training._events import Diverged, TrainedComponent
from mu2net_sidecar.model import Params


def divergence_of(
    child: Child,
    qualities: tuple[float, ...],
    best: RetainedComponents | None,
    *,
    step: int,
    steps: int,
) -> Diverged:
    """Returns the end of a child that diverged.

    Args:
        child: the child.
        qualities: top-1 accuracy at each validation before.
        best: its best snapshot. None: no validation reached its quality bar.
        step: steps that it took.
        steps: steps in all.
    """
    always_retained = child.quality_bar is None
    kept: Mapping[str, TrainedComponent] | None = best
    if best is None and always_retained:
        with_trace = child.optimizer.momentum is not None
        kept = InitialComponents(child.components, with_trace=with_trace)
    reason = (
        f"path {child.path_id}: the logits are not finite after {step} of {steps} steps "
        f"at learning rate {child.optimizer.learning_rate:g}"
    )
    return Diverged(child.path_id, qualities, reason, kept)


class InitialComponents(Mapping[str, TrainedComponent]):
    """The components that a child was to train, as it began; each is loaded when it is looked up.

    Args:
        components: those of its path.
        with_trace: whether the momentum trace counts: not for plain SGD.
    """

    def __init__(self, components: Sequence[PathComponent], *, with_trace: bool) -> None:
        self._components = {each.name: each for each in components if each.trainable}
        self._with_trace = with_trace

    def __getitem__(self, name: str) -> TrainedComponent:
        component = self._components[name]
        trace = component.load_trace if self._with_trace else None
        return TrainedComponent(
            params=_load(component.load), trace=None if trace is None else _load(trace)
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._components)

    def __len__(self) -> int:
        return len(self._components)


def _load(load: Callable[[], Params]) -> HostParams:
    return {name: np.asarray(array) for name, array in load().items()}
