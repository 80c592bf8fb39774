"""The registry of component kinds: from the name of a component to its kind."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import jax
import numpy as np

from mu2net_sidecar.model import components
from mu2net_sidecar.model._architecture import Architecture
from mu2net_sidecar.model._component import ComponentKind

KINDS: dict[str, ComponentKind] = {
    kind.name: kind
    for module in iter_modules(components.__path__)
    for kind in [import_module(f"{components.__name__}.{module.name}").KIND]
}
"""Every kind that has a module in `components`, by name."""


def kind_of(name: str) -> ComponentKind:
    """Returns the kind of a component, e.g. of `encoderblock_3`.

    Raises:
        ValueError: no kind has components of that name.
    """
    stem = re.sub(r"_\d+$", "", name)
    kind = KINDS.get(stem)
    if kind is None or kind.per_layer != (stem != name):
        raise ValueError(f"component {name!r} is of no known kind; known: {', '.join(KINDS)}")
    return kind


def kinds_of(names: Sequence[str]) -> list[ComponentKind]:
    """Returns the kinds of a path's components, each in the form that its place in the path needs.

    A component whose successor reads only the class token computes only that token, if its kind
    has a cheaper form for it. This changes neither logits nor gradients.

    Args:
        names: names of the components, in forward order.

    Raises:
        ValueError: no kind has components of one of the names.
    """
    kinds = [kind_of(name) for name in names]
    class_token_read = [*(kind.reads_class_token for kind in kinds[1:]), False]
    return [
        _class_token_form(kind) if only else kind
        for kind, only in zip(kinds, class_token_read, strict=True)
    ]


@cache
def _class_token_form(kind: ComponentKind) -> ComponentKind:
    if kind.class_token is None:
        return kind
    return replace(kind, name=f"{kind.name}_class_token", apply=kind.class_token)


def initialise(name: str, architecture: Architecture, seed: int) -> dict[str, np.ndarray]:
    """Draws fresh parameters of a component, float32, in host memory.

    The draw depends on the seed and on the name, so one seed is enough for all components of a
    root model.

    Raises:
        ValueError: no kind has components of that name.
    """
    key = jax.random.fold_in(jax.random.key(seed), zlib.crc32(name.encode()))
    params = kind_of(name).init(key, architecture)
    return {param: np.asarray(array) for param, array in params.items()}
