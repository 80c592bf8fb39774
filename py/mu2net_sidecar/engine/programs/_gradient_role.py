"""Which derivatives a component needs, by its place in a path."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Role(Enum):
    """The derivatives that a training step needs from a component y = f(w, x)."""

    FORWARD = "forward"
    """None: it is frozen, and nothing trainable comes before it."""
    DX = "dx"
    """dx: it is frozen, and something trainable comes before it."""
    DW = "dw"
    """dw: it trains, and nothing trainable comes before it."""
    DXDW = "dxdw"
    """Both: it trains, and something trainable comes before it."""


def roles_of(trainable: Iterable[bool]) -> list[Role]:
    """Returns the roles of a path's components.

    Args:
        trainable: whether each component trains, in forward order.
    """
    roles: list[Role] = []
    upstream = False
    for own in trainable:
        if own:
            roles.append(Role.DXDW if upstream else Role.DW)
        else:
            roles.append(Role.DX if upstream else Role.FORWARD)
        upstream = upstream or own
    return roles
