"""The engine, and paths placed on its devices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from jax.sharding import Sharding

from mu2net_sidecar.engine.child import PathComponent
from mu2net_sidecar.engine.components import Arrays, ComponentCache, Shapes, fresh_trace, upload
from mu2net_sidecar.engine.layout import Layout
from mu2net_sidecar.engine.options import EngineOptions
from mu2net_sidecar.engine.precision import ACCUMULATOR, MASTER
from mu2net_sidecar.engine.prefix_cache import PrefixCache
from mu2net_sidecar.engine.programs import Programs, programs_of
from mu2net_sidecar.engine.roles import Role, roles_of
from mu2net_sidecar.model.component import ComponentKind
from mu2net_sidecar.model.kinds import kinds_of


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
        key: names what it computes, for all time. None: nothing else computes the same.
    """

    name: str
    role: Role
    programs: Programs
    params: Arrays
    training: Training | None
    key: str | None = None


class Engine:
    """Places paths on the device, or on the devices that share each batch.

    Attributes:
        options: how it computes.
        layout: where parameters and batches lie.
        prefix_cache: what frozen components computed of examples.
    """

    def __init__(self, options: EngineOptions | None = None) -> None:
        self.options = options or EngineOptions()
        self.layout = Layout(self.options.devices)
        self.prefix_cache = PrefixCache(self.options.prefix_cache_bytes)
        self._cache = ComponentCache(self.options.component_cache_bytes)

    def place(self, components: Sequence[PathComponent]) -> list[Stage]:
        """Puts a path on the device: its own copy of what trains, the shared one of the rest.

        Raises:
            ValueError: a component is of no known kind.
        """
        kinds = kinds_of([component.name for component in components])
        roles = roles_of(component.trainable for component in components)
        return [self._stage(*placed) for placed in zip(components, kinds, roles, strict=True)]

    def _stage(self, component: PathComponent, kind: ComponentKind, role: Role) -> Stage:
        options, sharding = self.options, self.layout.copied
        programs = programs_of(kind, options.precision, options.attention, options.remat)
        if component.trainable:
            return Stage(component.name, role, programs, *_trainable(kind, component, sharding))

        def load() -> Arrays:
            params, dtype = kind.padded(component.load()), options.precision.compute
            return upload(params, dtype, private=False, sharding=sharding)

        if component.key is None:
            return Stage(component.name, role, programs, load(), None)
        params = self._cache.get(component.key, load)
        return Stage(component.name, role, programs, params, None, f"{kind.name} {component.key}")


def _trainable(
    kind: ComponentKind, component: PathComponent, sharding: Sharding | None
) -> tuple[Arrays, Training]:
    stored = component.load()
    shapes = {name: array.shape for name, array in stored.items()}
    put = partial(upload, private=True, sharding=sharding)
    params = put(kind.padded(stored), MASTER)
    if component.load_trace is None:
        trace = fresh_trace(params, sharding)
    else:
        trace = put(kind.padded(component.load_trace()), ACCUMULATOR)
    return params, Training(trace, shapes)
