"""A component on the device, in its place in a path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mu2net_sidecar.engine.device import Arrays, Shapes
from mu2net_sidecar.engine.programs import Programs, Role

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


@dataclass
class Training:
    """State that a component has on the device only while it trains.

    Attributes:
        trace: its momentum trace, bf16.
        shapes: shapes of its parameters in the store, before padding.
    """

    trace: Arrays
    shapes: Shapes


@dataclass
class Stage:
    """A component on the device, in its place in a path.

    Attributes:
        name: that of the component.
        role: the derivatives that a training step needs from it.
        programs: those of its kind.
        params: its parameters; a training step replaces those of a trainable component.
        training: None if it is frozen.
        key: equal keys promise equal functions. None: it shares its function with no other stage.
    """

    name: str
    role: Role
    programs: Programs
    params: Arrays
    training: Training | None
    key: str | None = None


def forward(
    stages: Sequence[Stage], x: Float[Array, " batch *rest"]
) -> Float[Array, " batch *features"]:
    """Runs stages one after another; returns the output of the last one."""
    for stage in stages:
        x = stage.programs.forward(stage.params, x)
    return x
