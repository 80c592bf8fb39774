"""Trains children, one cohort after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from mu2net_sidecar.engine._engine import Engine
from mu2net_sidecar.engine.device import Compilations
from mu2net_sidecar.engine.prefix import BatchKeys
from mu2net_sidecar.engine.training._child import BatchSource, Budget, Child
from mu2net_sidecar.engine.training._cohort import Cohort, Plan
from mu2net_sidecar.engine.training._cohort_size import place_members
from mu2net_sidecar.engine.training._events import Event
from mu2net_sidecar.engine.training._pace import Pace


def train(
    engine: Engine,
    children: Iterable[Child],
    source: BatchSource,
    budget: Budget,
    *,
    keys: BatchKeys | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Trains and validates children in lockstep on the same batches.

    As many train together as the engine's `cohort_bytes` hold; then the next ones. A result does
    not depend on which children train together.

    Args:
        engine: that of the device.
        children: children that see the same batches; none affects another's result.
        source: the batches.
        budget: steps and validations of each child.
        keys: cache keys of the batches, by which the engine keeps outputs of frozen prefixes. They
            change no result. None: nothing is kept.
        should_stop: asked before every batch of every child.

    Yields:
        `Progress` of each child after each validation and about once a second, `Diverged` when a
        child diverges, and `Trained` for each child that reaches the end.

    Raises:
        Cancelled: `should_stop` returned true.
        ValueError: a component is of no known kind, or there are no validation examples.
    """
    waiting, plan = deque(children), Plan(source, keys, budget, should_stop)
    with Compilations() as compilations:
        while waiting:
            pace = Pace(compilations)
            members = place_members(engine, waiting, budget, pace)
            cohort = Cohort(engine, members, plan, pace)
            del members
            yield from cohort.train()
