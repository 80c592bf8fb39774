"""The programs of a component kind, derived from its `apply`.

Each compiles once per shape of parameters and input, whatever path the component belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, ParamSpec, TypeVar

import jax
import jax.numpy as jnp

from mu2net_sidecar.engine.precision import Precision
from mu2net_sidecar.engine.remat import Remat, rematerialised
from mu2net_sidecar.engine.roles import Role
from mu2net_sidecar.model.attention import Attention
from mu2net_sidecar.model.component import ComponentKind

P = ParamSpec("P")
R = TypeVar("R")

Arrays = Mapping[str, jax.Array]
Inputs = tuple[Arrays, jax.Array]
Vjp = Callable[[jax.Array], Any]
Layout = tuple[Role, jax.tree_util.PyTreeDef, tuple[int | None, ...]]
Forward = Callable[[Arrays, jax.Array], jax.Array]


class Residuals:
    """What the backward program of a component needs besides its parameters and input.

    A program would return a copy of each input that its vjp function keeps, weights included.
    So residuals that are inputs are left out here, and put back in the backward program.
    """

    def __init__(self, arrays: tuple[jax.Array, ...], layout: Layout) -> None:
        self.arrays = arrays
        self.layout = layout

    @classmethod
    def of(cls, role: Role, vjp: Vjp, inputs: Inputs) -> Residuals:
        """The residuals in `vjp`, traced in the same program as `inputs`."""
        position = {id(leaf): index for index, leaf in enumerate(jax.tree.leaves(inputs))}
        leaves, tree = jax.tree.flatten(vjp)
        sources = tuple(position.get(id(leaf)) for leaf in leaves)
        arrays = tuple(leaf for leaf, source in zip(leaves, sources, strict=True) if source is None)
        return cls(arrays, (role, tree, sources))

    def restored(self, inputs: Inputs) -> tuple[Role, Vjp]:
        """The role, and the vjp function with the residuals among `inputs` put back."""
        role, tree, sources = self.layout
        given, own = jax.tree.leaves(inputs), iter(self.arrays)
        leaves = [next(own) if source is None else given[source] for source in sources]
        return role, jax.tree.unflatten(tree, leaves)


jax.tree_util.register_pytree_node(
    Residuals,
    lambda residuals: (residuals.arrays, residuals.layout),
    lambda layout, arrays: Residuals(tuple(arrays), layout),
)

Backward = Callable[
    [Residuals, Arrays, jax.Array, jax.Array, jax.Array],
    tuple[jax.Array | None, dict[str, jax.Array] | None, jax.Array],
]


@dataclass(frozen=True)
class Programs:
    """The compiled functions of one component kind.

    Attributes:
        forward: (params, x) → y.
        recorded: by role, (params, x) → (y, residuals).
        backward: (residuals, params, x, dy, sqnorm) → (dx, dw, sqnorm + |dw|²), where dx and dw
            are None unless the role of the recorded program asked for them.
    """

    forward: Forward
    recorded: Mapping[Role, Callable[[Arrays, jax.Array], tuple[jax.Array, Residuals]]]
    backward: Backward


def programs_of(
    kind: ComponentKind,
    precision: Precision,
    attention: Attention = "xla",
    remat: Remat = "dots",
) -> Programs:
    """The programs of a kind; the same objects each time, for they hold what is compiled."""
    return _programs_of(kind, precision, attention if kind.attends else "xla", remat)


@cache
def _programs_of(
    kind: ComponentKind, precision: Precision, attention: Attention, remat: Remat
) -> Programs:
    apply = partial(kind.apply, attention=attention) if kind.attends else kind.apply

    def forward(params: Arrays, x: jax.Array) -> jax.Array:
        return apply(jax.tree.map(precision.cast, params), precision.cast(x))

    differentiable = rematerialised(forward, remat)

    def record(role: Role, params: Arrays, x: jax.Array) -> tuple[jax.Array, Residuals]:
        if role is Role.DX:
            y, vjp = jax.vjp(partial(differentiable, params), x)
        elif role is Role.DW:
            y, vjp = jax.vjp(lambda params: differentiable(params, x), params)
        else:
            y, vjp = jax.vjp(differentiable, params, x)
        return y, Residuals.of(role, vjp, (params, x))

    return Programs(
        forward=_jit(forward, f"{kind.name}_forward"),
        recorded={
            role: _jit(partial(record, role), f"{kind.name}_record_{role.value}")
            for role in (Role.DX, Role.DW, Role.DXDW)
        },
        backward=_jit(_backward, f"{kind.name}_backward"),
    )


def _backward(
    residuals: Residuals, params: Arrays, x: jax.Array, dy: jax.Array, sqnorm: jax.Array
) -> tuple[jax.Array | None, dict[str, jax.Array] | None, jax.Array]:
    role, vjp = residuals.restored((params, x))
    if role is Role.DX:
        (dx,) = vjp(dy)
        return dx, None, sqnorm
    if role is Role.DW:
        dx, (dw,) = None, vjp(dy)
    else:
        dw, dx = vjp(dy)
    return dx, dw, sqnorm + sum(jnp.vdot(g, g) for g in jax.tree.leaves(dw))


def _jit(function: Callable[P, R], name: str) -> Callable[P, R]:
    """Compiles a function under the name that profiles show."""

    def named(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    named.__name__ = named.__qualname__ = name
    return jax.jit(named)
