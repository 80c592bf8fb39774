"""What a component kind has to say about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jax
import numpy as np

from mu2net_sidecar.model.architecture import Architecture

Params = Mapping[str, np.ndarray | jax.Array]
"""Parameters of one component, flat, named as in flax's ViT checkpoints under that component."""
Apply = Callable[..., jax.Array]
"""What a component computes, of its parameters, its input and, if it attends, an `attention`."""


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
        reads_class_token: whether `apply` reads no token of its input but the first.
        class_token: as `apply`, the first token alone (batch, 1, hidden), where that is less work.
            Used where a component that reads no other follows.
    """

    name: str
    per_layer: bool
    init: Callable[[jax.Array, Architecture], Params]
    apply: Apply
    padded: Callable[[Params], Params] = as_stored
    attends: bool = False
    reads_class_token: bool = False
    class_token: Apply | None = None
