"""Keys of programs: what a program does, for which kind of component."""

from __future__ import annotations

from collections.abc import Sequence

from mu2net_sidecar.engine.programs import Role
from mu2net_sidecar.model import ComponentKind


def component_keys(kind: str, role: Role) -> list[str]:
    """Returns keys of the programs that a step dispatches for a component."""
    if role is Role.FORWARD:
        return [f"{kind}_forward"]
    keys = [f"{kind}_record_{role.value}", f"{kind}_backward_{role.value}"]
    return keys if role is Role.DX else [*keys, f"{kind}_update"]


def step_keys(kinds: Sequence[ComponentKind], roles: Sequence[Role]) -> list[str]:
    """Returns keys of the programs of a step, in the order in which `train_step` calls them."""
    keys = [component_keys(kind.name, role) for kind, role in zip(kinds, roles, strict=True)]
    return [
        *(each[0] for each in keys),
        "loss_gradient",
        *(each[1] for each in reversed(keys) if len(each) > 1),
        *(each[2] for each in reversed(keys) if len(each) > 2),
    ]


def validation_keys(kinds: Sequence[ComponentKind], trainable: Sequence[bool]) -> list[str]:
    """Returns keys of the programs of a validation, in the order of their calls."""
    forward = [
        f"{kind.name}_forward{'_trained' if trains else ''}"
        for kind, trains in zip(kinds, trainable, strict=True)
    ]
    if not any(trainable):
        return [*forward, "judge"]
    copies = [
        f"{kind.name}_copy_{part}"
        for kind, trains in zip(kinds, trainable, strict=True)
        if trains
        for part in ("params", "trace")
    ]
    return [*forward, *copies, "count_predictions"]
