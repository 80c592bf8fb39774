"""Several paths on the same images: every common prefix is computed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mu2net_sidecar.engine._engine import Engine
from mu2net_sidecar.engine._path import PathComponent
from mu2net_sidecar.engine._stage import Stage

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


@dataclass
class PathTree:
    """A component, and how the paths through it continue.

    Attributes:
        stage: the component on the device.
        branches: the trees that follow it, by name and key of their first component.
        ends: indices of the paths that end here.
    """

    stage: Stage
    branches: dict[tuple[str, str | int], PathTree] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)


def place_forest(engine: Engine, paths: Sequence[Sequence[PathComponent]]) -> list[PathTree]:
    """Puts paths on the device, joined where they begin with the same components.

    Two components are the same if their names and keys are equal; one without a key is its path's
    own.

    Raises:
        ValueError: a component is of no known kind.
    """
    roots: dict[tuple[str, str | int], PathTree] = {}
    for index, path in enumerate(paths):
        branches, tree = roots, None
        for component, stage in zip(path, engine.place(path), strict=True):
            key = (component.name, index if component.key is None else component.key)
            tree = branches.setdefault(key, PathTree(stage))
            branches = tree.branches
        if tree is not None:
            tree.ends.append(index)
    return list(roots.values())


def infer(
    trees: Sequence[PathTree], x: Float[Array, "batch ..."]
) -> dict[int, Float[Array, "batch ..."]]:
    """Computes the outputs of all paths for one batch, depth first.

    An activation is freed as soon as all branches have used it.

    Returns:
        The output of each path, by its index.
    """
    outputs: dict[int, Array] = {}
    waiting = [(tree, x) for tree in trees]
    while waiting:
        tree, x = waiting.pop()
        y = tree.stage.programs.forward(tree.stage.params, x)
        outputs |= dict.fromkeys(tree.ends, y)
        waiting += [(branch, y) for branch in tree.branches.values()]
    return outputs
