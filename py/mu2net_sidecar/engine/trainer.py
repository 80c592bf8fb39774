"""Trains the children of a cohort."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from mu2net_sidecar.engine.child import BatchSource, Budget, Child, Event
from mu2net_sidecar.engine.cohort import Cohort
from mu2net_sidecar.engine.compilations import Compilations
from mu2net_sidecar.engine.engine import Engine
from mu2net_sidecar.engine.identity import Identity
from mu2net_sidecar.engine.member import Member, member_of
from mu2net_sidecar.engine.pace import Pace


def train(
    engine: Engine,
    children: Iterable[Child],
    source: BatchSource,
    budget: Budget,
    should_stop: Callable[[], bool] = lambda: False,
    identity: Identity | None = None,
) -> Iterator[Event]:
    """Trains and validates children in lockstep on the same batches.

    As many train together as the engine's `cohort_bytes` hold; then the next ones. Which ones do
    changes no result.

    Args:
        engine: of the device.
        children: of one cohort; how one fares does not touch the others.
        source: of the cohort's batches.
        budget: steps and validations of each child.
        should_stop: asked before every batch of every child.
        identity: of what the source gives, by which the engine keeps what it computed of it; which
            changes no result. None: nothing is kept.

    Yields:
        `Progress` of each child after each validation and about once a second, `Diverged` when a
        child does, and `Trained` for each child that gets to the end.

    Raises:
        Cancelled: `should_stop` said so.
        ValueError: a component is of no known kind, or there are no validation examples.
    """
    waiting = deque(children)
    with Compilations() as compilations:
        while waiting:
            pace = Pace(compilations)
            members = _placed(engine, waiting, budget, pace)
            cohort = Cohort(engine, members, source, identity, budget, pace, should_stop)
            del members
            yield from cohort.train()


def _placed(engine: Engine, waiting: deque[Child], budget: Budget, pace: Pace) -> list[Member]:
    """Puts the next children on the device, as many as there is room for and at least one."""
    members: list[Member] = []
    room = engine.options.cohort_bytes
    while waiting:
        member = member_of(engine, waiting[0], budget)
        room -= member.nbytes
        if members and room < 0:
            break
        waiting.popleft()
        members.append(member)
        pace.charge([member.account])
    return members
