"""The engine of one device, and paths placed on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mu2net_sidecar.engine.child import PathComponent
from mu2net_sidecar.engine.components import Arrays, ComponentCache, Shapes, fresh_trace, upload
from mu2net_sidecar.engine.precision import ACCUMULATOR, FLOAT32, MASTER, Precision
from mu2net_sidecar.engine.programs import Programs, programs_of
from mu2net_sidecar.engine.roles import Role, roles_of
from mu2net_sidecar.model.component import ComponentKind
from mu2net_sidecar.model.kinds import kind_of


@dataclass
class Training:
    """What the device holds of a component because it trains.

    Attributes:
        trace: its momentum trace.
        shapes: of its parameters in the store, before padding.
    """

    trace: Arrays
    shapes: Shapes


@dataclass
class Stage:
    """A component on the device, in its place in a path.

    Attributes:
        name: of the component.
        role: what a training step needs from it.
        programs: of its kind.
        params: its parameters; a training step replaces those of a trainable component.
        training: None if it is frozen.
    """

    name: str
    role: Role
    programs: Programs
    params: Arrays
    training: Training | None


class Engine:
    """Places paths on the default device.

    Args:
        cache_bytes: device memory for frozen components, which paths share.
        precision: number formats.
    """

    def __init__(self, cache_bytes: int = 1 << 30, precision: Precision = FLOAT32) -> None:
        self.precision = precision
        self._cache = ComponentCache(cache_bytes)

    def place(self, components: Sequence[PathComponent]) -> list[Stage]:
        """Puts a path on the device: its own copy of what trains, the shared one of the rest.

        Raises:
            ValueError: a component is of no known kind.
        """
        roles = roles_of(component.trainable for component in components)
        return [
            self._stage(component, role) for component, role in zip(components, roles, strict=True)
        ]

    def _stage(self, component: PathComponent, role: Role) -> Stage:
        kind = kind_of(component.name)
        programs = programs_of(kind, self.precision)
        if component.trainable:
            return Stage(component.name, role, programs, *_trainable(kind, component))

        def load() -> Arrays:
            return upload(kind.padded(component.load()), self.precision.compute, private=False)

        params = load() if component.key is None else self._cache.get(component.key, load)
        return Stage(component.name, role, programs, params, None)


def _trainable(kind: ComponentKind, component: PathComponent) -> tuple[Arrays, Training]:
    stored = component.load()
    shapes = {name: array.shape for name, array in stored.items()}
    params = upload(kind.padded(stored), MASTER, private=True)
    if component.load_trace is None:
        trace = fresh_trace(params)
    else:
        trace = upload(kind.padded(component.load_trace()), ACCUMULATOR, private=True)
    return params, Training(trace, shapes)
