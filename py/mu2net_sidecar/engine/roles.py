"""What a component's place in a path asks of its programs."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Role(Enum):
    """Which derivatives a training step needs from a component."""

    FORWARD = "forward"
    """None: frozen, and nothing trainable comes before."""
    DX = "dx"
    """Of its input: frozen, but something trainable comes before."""
    DW = "dw"
    """Of its parameters: trainable, and nothing trainable comes before."""
    DXDW = "dxdw"
    """Of both."""


def roles_of(trainable: Iterable[bool]) -> list[Role]:
    """The roles of the components of a path, given in forward order which of them train."""
    roles: list[Role] = []
    upstream = False
    for own in trainable:
        if own:
            roles.append(Role.DXDW if upstream else Role.DW)
        else:
            roles.append(Role.DX if upstream else Role.FORWARD)
        upstream = upstream or own
    return roles
