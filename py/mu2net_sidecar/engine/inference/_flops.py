"""Operations of a forward pass, by XLA's own estimate (method §5)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import jax
import jax.numpy as jnp

from mu2net_sidecar.model import Architecture, ComponentKind, kind_of


def forward_flops(names: Sequence[str], architecture: Architecture) -> float:
    """Estimates the floating-point operations of the forward pass of one image.

    XLA counts them in the programs as lowered for a CPU, before any optimisation, so the count is
    the same on every machine. The count of a path is the sum over its components; components of
    one kind and shape are counted once.

    Args:
        names: names of the components, in forward order.
        architecture: gives the shapes.

    Raises:
        ValueError: a component is of no known kind.
    """
    shape = (1, architecture.image_size, architecture.image_size, 3)
    total = 0.0
    for name in names:
        flops, shape = _estimate(kind_of(name), architecture, shape)
        total += flops
    return total


@lru_cache(maxsize=1024)
def _estimate(
    kind: ComponentKind, architecture: Architecture, shape: tuple[int, ...]
) -> tuple[float, tuple[int, ...]]:
    """Returns a component's operations on an input of this shape, and the shape of its output."""
    params = jax.eval_shape(lambda key: dict(kind.init(key, architecture)), jax.random.key(0))
    x = jax.ShapeDtypeStruct(shape, jnp.float32)
    traced = jax.jit(kind.apply).trace(params, x)
    # A program without arithmetic has no entry.
    cost = traced.lower(lowering_platforms=("cpu",)).cost_analysis() or {}
    return float(cost.get("flops") or 0), jax.eval_shape(kind.apply, params, x).shape
