"""The engine has the same results as a plain model with jax.grad and optax."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from mu2net_sidecar.engine import Budget, Engine, Optimizer, Trained, train
from mu2net_sidecar.model import Architecture
from tests.engine.tiny import SGD, Batches, child_of, model_of, names_of
from tests.reference import whole_model

BUDGET = Budget(batches_between_validations=10, validations=2)


class NeverRight:
    """Batches whose validations are all equal, so that the last snapshot is kept."""

    def __init__(self, source):
        self.train_batch = source.train_batch
        images, labels = source.batches[0]
        self.validation_batches = lambda: [(images, jnp.full_like(labels, 1_000))]


def last(child, source, budget):
    """Returns the child's components after the last step."""
    events = list(train(Engine(), [child], NeverRight(source), budget))
    assert isinstance(events[-1], Trained)
    return events[-1].best


def reference(model, trainable, optimizer, traces, source, budget):
    rate = whole_model.schedule(
        optimizer.schedule,
        optimizer.learning_rate,
        optimizer.warmup_ratio,
        budget.batches_between_validations,
        budget.validations,
    )
    tx = whole_model.optimizer(rate, optimizer.momentum, optimizer.nesterov)
    step = whole_model.train_step(tx)
    params = jax.device_put({name: model[name] for name in trainable})
    frozen = jax.device_put({name: model[name] for name in model if name not in trainable})
    state = tx.init(params)
    if traces is not None and optimizer.momentum is not None:
        state = optax.tree_utils.tree_set(state, trace={name: traces[name] for name in trainable})
    for i in range(budget.steps):
        params, state = step(params, state, frozen, *source.train_batch(i))
    trace = optax.tree_utils.tree_get(state, "trace")
    return jax.device_get(params), jax.device_get(trace)


def flat(tree):
    return np.concatenate([np.ravel(leaf).astype(np.float64) for leaf in jax.tree.leaves(tree)])


def close(ours, theirs, tolerance):
    """Returns whether two trees of arrays, as vectors, are equal within a relative tolerance."""
    theirs = flat(theirs)
    return np.linalg.norm(flat(ours) - theirs) <= tolerance * np.linalg.norm(theirs)


BFLOAT16 = 2**-8
"""Tolerance for the momentum trace: an element between two values may be rounded to either."""


def assert_equal(model, trainable, optimizer, traces, source, budget):
    best = last(child_of(model, trainable, optimizer, traces), source, budget)
    params, trace = reference(model, trainable, optimizer, traces, source, budget)
    ours = {name: best[name].params for name in best}
    assert list(ours) == [name for name in model if name in trainable]
    assert jax.tree.map(np.shape, ours) == {n: jax.tree.map(np.shape, model[n]) for n in trainable}
    assert close(ours, params, 1e-5)
    for name in trainable:
        moved, should = ({k: p[name][k] - model[name][k] for k in p[name]} for p in (ours, params))
        assert close(moved, should, BFLOAT16)
        if optimizer.momentum is None:
            assert best[name].trace is None
        else:
            assert all(array.dtype == jnp.bfloat16 for array in best[name].trace.values())
            assert close(best[name].trace, trace[name], BFLOAT16)


SCHEDULES = ("constant", "cosine", "linear", "restarts")


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.claim("optimizer", "inherited-momentum")
def test_random_child(seed):
    draw = np.random.default_rng(seed)
    layers = int(draw.integers(0, 4))
    names = names_of(layers, adapters=[i for i in range(layers) if draw.random() < 0.5])
    trainable = [n for n in names if n in ("encoder_norm", "head") or draw.random() < 0.4]
    optimizer = Optimizer(
        learning_rate=float(draw.choice([0.01, 0.03])),
        schedule=SCHEDULES[seed % 4],
        warmup_ratio=float(draw.choice([0.0, 0.1, 0.3])),
        momentum=[0.9, 0.9, 0.9, 0.9, None, 0.5, 0.9, 0.5][seed],
        nesterov=seed // 2 % 2 == 1,
    )
    num_classes = int(draw.choice([3, 10, 16, 21]))
    traces = None
    if draw.random() < 0.5:
        traces = {
            name: {k: jnp.asarray(0.01 * v, jnp.bfloat16) for k, v in params.items()}
            for name, params in model_of(names, num_classes, seed=99).items()
        }
    model = model_of(names, num_classes, seed)
    assert_equal(model, trainable, optimizer, traces, Batches(num_classes, seed=seed), BUDGET)


def test_ti16():
    architecture = Architecture(16, 192, 768, 3, 32, 10, 32)
    names = names_of(2, adapters=[1])
    model = model_of(names, architecture=architecture)
    trainable = ["cls", "residual_adapter_1", "encoderblock_1", "encoder_norm", "head"]
    assert_equal(model, trainable, SGD, None, Batches(image_size=32), Budget(5, 2))
