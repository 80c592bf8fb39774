"""The residuals of a recorded forward pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax

from mu2net_sidecar.engine.device import Arrays
from mu2net_sidecar.engine.programs._gradient_role import Role

Inputs = tuple[Arrays, jax.Array]
Vjp = Callable[[jax.Array], Any]
Layout = tuple[Role, jax.tree_util.PyTreeDef, tuple[int | None, ...]]
"""Role, structure of the vjp function, and per leaf its position among the inputs, if it is one."""


class Residuals:
    """Arrays that a component's backward program needs besides its parameters and input.

    `jax.vjp` returns a function whose leaves are the residuals. Some of these leaves are inputs of
    the program, for example weights, and a compiled program would return a copy of each. So inputs
    are left out here, and the backward program, which takes them as arguments, puts them back.

    Attributes:
        arrays: the residuals that are not inputs; where JAX evaluates shapes only, their shapes.
        layout: static part; a program is compiled once per layout.
    """

    def __init__(self, arrays: tuple[Any, ...], layout: Layout) -> None:
        self.arrays = arrays
        self.layout = layout

    @classmethod
    def of(cls, role: Role, vjp: Vjp, inputs: Inputs) -> Residuals:
        """Takes the residuals out of `vjp`, inside the program that traced it from `inputs`."""
        position = {id(leaf): index for index, leaf in enumerate(jax.tree.leaves(inputs))}
        leaves, tree = jax.tree.flatten(vjp)
        sources = tuple(position.get(id(leaf)) for leaf in leaves)
        arrays = tuple(leaf for leaf, source in zip(leaves, sources, strict=True) if source is None)
        return cls(arrays, (role, tree, sources))

    def restore(self, inputs: Inputs) -> tuple[Role, Vjp]:
        """Returns the role and the vjp function, its residuals among `inputs` put back."""
        role, tree, sources = self.layout
        given, own = jax.tree.leaves(inputs), iter(self.arrays)
        leaves = [next(own) if source is None else given[source] for source in sources]
        return role, jax.tree.unflatten(tree, leaves)


jax.tree_util.register_pytree_node(
    Residuals,
    lambda residuals: (residuals.arrays, residuals.layout),
    lambda layout, arrays: Residuals(tuple(arrays), layout),
)
