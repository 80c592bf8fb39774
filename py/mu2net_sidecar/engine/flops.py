"""Operations of a forward pass, by XLA's own estimate (method §5)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import jax
import jax.numpy as jnp

from mu2net_sidecar.model.architecture import Architecture
from mu2net_sidecar.model.component import ComponentKind
from mu2net_sidecar.model.kinds import kind_of


def forward_flops(names: Sequence[str], architecture: Architecture) -> float:
    """Floating-point operations of the forward pass of one image.

    XLA estimates the programs as they are lowered for a CPU, before any optimisation, so that the
    count is the same on every machine. A path's is the sum over its components, and components
    of one kind and shape are estimated once.

    Args:
        names: components in forward order.
        architecture: fixes the shapes.

    Raises:
        ValueError: a component is of no known kind.
    """
    shape = (1, architecture.image_size, architecture.image_size, 3)
    total = 0.0
    for name in names:
        flops, shape = _estimated(kind_of(name), architecture, shape)
        total += flops
    return total


@lru_cache(maxsize=1024)
def _estimated(
    kind: ComponentKind, architecture: Architecture, shape: tuple[int, ...]
) -> tuple[float, tuple[int, ...]]:
    """Operations of a component on an input of that shape, and the shape of its output."""
    params = jax.eval_shape(lambda key: dict(kind.init(key, architecture)), jax.random.key(0))
    x = jax.ShapeDtypeStruct(shape, jnp.float32)
    traced = jax.jit(kind.apply).trace(params, x)
    # A program without arithmetic has no entry.
    cost = traced.lower(lowering_platforms=("cpu",)).cost_analysis() or {}
    return float(cost.get("flops") or 0), jax.eval_shape(kind.apply, params, x).shape
