"""The declaration of a component kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jax
import numpy as np

from mu2net_sidecar.model._architecture import Architecture

Params = Mapping[str, np.ndarray | jax.Array]
"""Parameters of one component, flat, named as in flax's ViT checkpoints under that component."""
Apply = Callable[..., jax.Array]
"""The function (parameters, input) → output; one that attends also takes an `attention`."""


def pad_nothing(params: Params) -> Params:
    """Returns the parameters as stored: their layout suits the device."""
    return params


@dataclass(frozen=True)
class ComponentKind:
    """A kind of component: its initialisation and its function.

    Attributes:
        name: name of the component, or its stem when there is one per layer.
        per_layer: whether components of this kind are numbered: `<name>_<layer>`.
        init: draws fresh parameters for an architecture; zeros and ones need no draw.
        apply: the component's function; only the shapes of its arguments determine what it does.
        pad: returns parameters in the layout that programs run on. It may only append zeros, on
            the host, so that parameters of similar shapes share one compiled program.
        attends: whether `apply` takes an `attention`, the implementation of attention to use.
        reads_class_token: whether `apply` reads only the first token of its input.
        class_token: computes only the first token of `apply` (batch, 1, hidden), if that is less
            work. It is used where the next component reads only that token.
    """

    name: str
    per_layer: bool
    init: Callable[[jax.Array, Architecture], Params]
    apply: Apply
    pad: Callable[[Params], Params] = pad_nothing
    attends: bool = False
    reads_class_token: bool = False
    class_token: Apply | None = None
