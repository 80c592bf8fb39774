"""What a component kind has to say about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jax
import numpy as np

from mu2net_sidecar.model.architecture import Architecture

Params = Mapping[str, np.ndarray | jax.Array]
"""Parameters of one component, flat, named as in flax's ViT checkpoints under that component."""


def as_stored(params: Params) -> Params:
    """The layout on the device of a kind whose stored layout already suits it."""
    return params


@dataclass(frozen=True)
class ComponentKind:
    """A kind of component: how to initialise it and what it computes.

    Attributes:
        name: name of the component, or its stem when there is one per layer.
        per_layer: whether components of this kind are numbered: `<name>_<layer>`.
        init: fresh parameters for an architecture. Draws nothing where zeros or ones do.
        apply: the component's function of its parameters and input, driven by their shapes alone.
        padded: parameters in the layout that programs run on. May only append zeros, on the
            host, so that parameters which differ little in shape share one compiled program.
        attends: whether `apply` takes an `attention`, the implementation of attention to use.
    """

    name: str
    per_layer: bool
    init: Callable[[jax.Array, Architecture], Params]
    apply: Callable[..., jax.Array]
    padded: Callable[[Params], Params] = as_stored
    attends: bool = False
