"""Several paths on one image compute shared components once."""

import jax
import numpy as np

from mu2net_sidecar import engine
from mu2net_sidecar.engine import PathComponent
from tests.engine.tiny import Batches, model_of, names_of
from tests.reference import whole_model

NAMES = names_of(3, adapters=[2])


def trees_of(*paths):
    """Returns the forest, and the number of components that it computes."""
    trees = engine.place_forest(engine.Engine(), paths)
    waiting, count = list(trees), 0
    while waiting:
        tree = waiting.pop()
        count += 1
        waiting += tree.branches.values()
    return trees, count


def components(model, keys):
    return [
        PathComponent(name, load=lambda params=params: params, key=keys.get(name, f"root/{name}"))
        for name, params in model.items()
    ]


def test_shared_prefixes_are_computed_once_and_nothing_else_is_shared():
    root, other = model_of(NAMES), model_of(NAMES, seed=9)
    first = {**root, "head": other["head"]}
    second = {**root, "encoderblock_1": other["encoderblock_1"]}
    paths = [
        components(root, {}),
        components(first, {"head": "1/head"}),
        components(second, {"encoderblock_1": "2/encoderblock_1"}),
        components(root, {}),
    ]
    trees, count = trees_of(*paths)
    # Besides the root's components: a head, and everything from the second block on.
    assert count == len(NAMES) + 1 + len(NAMES) - NAMES.index("encoderblock_1")
    images, _ = Batches().batches[0]
    outputs = engine.infer(trees, images)
    for index, model in enumerate([root, first, second, root]):
        expected = jax.jit(whole_model.logits)(model, images)
        logits = np.asarray(outputs[index])[:, : expected.shape[1]]
        np.testing.assert_allclose(logits, expected, rtol=1e-4, atol=1e-5)


def test_components_without_a_key_are_not_shared():
    model = model_of(NAMES)
    paths = [[PathComponent(name, load=lambda p=p: p) for name, p in model.items()]] * 2
    _, count = trees_of(*paths)
    assert count == 2 * len(NAMES)
