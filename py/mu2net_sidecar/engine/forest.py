"""Several paths on the same images: every common prefix is computed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mu2net_sidecar.engine.child import PathComponent
from mu2net_sidecar.engine.engine import Engine, Stage

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


@dataclass
class Tree:
    """A component, and how the paths that pass through it go on.

    Attributes:
        stage: the component on the device.
        branches: what follows it, by name and key of the next component.
        ends: indices of the paths that end here.
    """

    stage: Stage
    branches: dict[tuple[str, str | int], Tree] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)


def forest(engine: Engine, paths: Sequence[Sequence[PathComponent]]) -> list[Tree]:
    """The paths placed on the device, joined where they begin with the same components.

    Components are the same when their names and keys are; one without a key is its path's own.

    Raises:
        ValueError: a component is of no known kind.
    """
    roots: dict[tuple[str, str | int], Tree] = {}
    for index, path in enumerate(paths):
        branches, tree = roots, None
        for component, stage in zip(path, engine.place(path), strict=True):
            key = (component.name, index if component.key is None else component.key)
            tree = branches.setdefault(key, Tree(stage))
            branches = tree.branches
        if tree is not None:
            tree.ends.append(index)
    return list(roots.values())


def infer(trees: Sequence[Tree], x: Float[Array, "batch ..."]) -> dict[int, Array]:
    """The outputs of all paths, by index, for one batch of what their first components take.

    An activation is let go once all branches have it.
    """
    outputs: dict[int, Array] = {}
    waiting = [(tree, x) for tree in trees]
    while waiting:
        tree, x = waiting.pop()
        y = tree.stage.programs.forward(tree.stage.params, x)
        outputs |= dict.fromkeys(tree.ends, y)
        waiting += [(branch, y) for branch in tree.branches.values()]
    return outputs
