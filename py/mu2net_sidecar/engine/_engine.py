"""The engine: options, layout, caches, and paths placed on its devices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from jax.sharding import Sharding

from mu2net_sidecar.engine._path import PathComponent
from mu2net_sidecar.engine._stage import Stage, Training
from mu2net_sidecar.engine.device import (
    ACCUMULATOR,
    MASTER,
    Arrays,
    ComponentCache,
    EngineOptions,
    Layout,
    create_trace,
    upload,
)
from mu2net_sidecar.engine.prefix import PrefixCache
from mu2net_sidecar.engine.programs import Role, programs_of, roles_of
from mu2net_sidecar.model import ComponentKind, kinds_of


class Engine:
    """Places paths on the device, or on the devices that share each batch.

    Attributes:
        options: how it computes.
        layout: where parameters and batches lie.
        prefix_cache: outputs of frozen prefixes.
    """

    def __init__(self, options: EngineOptions | None = None) -> None:
        self.options = options or EngineOptions()
        self.layout = Layout(self.options.devices, self.options.hosts)
        self.prefix_cache = PrefixCache(self.options.prefix_cache_bytes)
        self._cache = ComponentCache(self.options.component_cache_bytes)

    def place(self, components: Sequence[PathComponent]) -> list[Stage]:
        """Puts a path on the device: a copy of its own where it trains, else a shared one.

        Raises:
            ValueError: a component is of no known kind.
        """
        kinds = kinds_of([component.name for component in components])
        roles = roles_of(component.trainable for component in components)
        return [self._place(*each) for each in zip(components, kinds, roles, strict=True)]

    def _place(self, component: PathComponent, kind: ComponentKind, role: Role) -> Stage:
        options, sharding = self.options, self.layout.replicated
        programs = programs_of(kind, options.precision, options.attention, options.remat)
        if component.trainable:
            params, training = _upload_trainable(kind, component, sharding)
            return Stage(component.name, role, programs, params, training)

        def load() -> Arrays:
            params, dtype = kind.pad(component.load()), options.precision.compute
            return upload(params, dtype, private=False, sharding=sharding)

        if component.key is None:
            return Stage(component.name, role, programs, load(), None)
        params = self._cache.get(component.key, load)
        return Stage(component.name, role, programs, params, None, f"{kind.name} {component.key}")


def _upload_trainable(
    kind: ComponentKind, component: PathComponent, sharding: Sharding | None
) -> tuple[Arrays, Training]:
    stored = component.load()
    shapes = {name: array.shape for name, array in stored.items()}
    put = partial(upload, private=True, sharding=sharding)
    params = put(kind.pad(stored), MASTER)
    if component.load_trace is None:
        trace = create_trace(params, sharding)
    else:
        trace = put(kind.pad(component.load_trace()), ACCUMULATOR)
    return params, Training(trace, shapes)
