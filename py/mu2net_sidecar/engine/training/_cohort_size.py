"""How many children train together."""

from __future__ import annotations

from collections import deque

from mu2net_sidecar.engine._engine import Engine
from mu2net_sidecar.engine.training._child import Budget, Child
from mu2net_sidecar.engine.training._member import Member, place_member
from mu2net_sidecar.engine.training._pace import Pace


def place_members(
    engine: Engine, waiting: deque[Child], budget: Budget, pace: Pace
) -> list[Member]:
    """Puts the next children on the device: as many as `cohort_bytes` hold, and at least one.

    Args:
        engine: that of the device.
        waiting: children in order; those that are placed leave it.
        budget: steps and validations of each child.
        pace: charges the time of placing a child to it.

    Raises:
        ValueError: a component is of no known kind.
    """
    members: list[Member] = []
    room = engine.options.cohort_bytes
    while waiting:
        member = place_member(engine, waiting[0], budget)
        room -= member.nbytes
        if members and room < 0:
            break
        waiting.popleft()
        members.append(member)
        pace.charge([member.account])
    return members
