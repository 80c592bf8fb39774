"""The baseline of the benchmark has the same results as the engine (row 12)."""

import jax
import numpy as np
import pytest

from mu2net_sidecar.bench._source import Shipped, Synthetic
from mu2net_sidecar.bench._subject import TINY, Root, mask
from mu2net_sidecar.bench._timing import finish, trainer_of
from mu2net_sidecar.bench.baseline import Baseline
from mu2net_sidecar.bench.rows.arithmetic import distance
from mu2net_sidecar.engine import FLOAT32, Budget, Engine, Optimizer, Progress

OPTIMIZERS = [
    Optimizer(0.01, "cosine", 0.1, 0.9, nesterov=False),
    Optimizer(0.01, "linear", 0.2, 0.5, nesterov=True),
]


@pytest.mark.parametrize("number", range(len(OPTIMIZERS)))
def test_arithmetic_after_20_steps(number):
    draw = np.random.default_rng(number)
    source = Synthetic(TINY, draw, num_classes=7)
    adapters = [layer for layer in range(TINY.depth) if draw.random() < 0.5]
    trainable = mask(TINY.names(adapters), 0.4, draw)
    child = Root(TINY, number).child(
        trainable,
        adapters=adapters,
        optimizer=OPTIMIZERS[number],
        num_classes=7,
        quality_bar=None,
    )
    ours, theirs = (
        finish(train(child, source, Budget(20, 1)))
        for train in (trainer_of(Engine()), Baseline(FLOAT32).train)
    )
    assert ours.qualities == theirs.qualities
    assert ours.best is not None
    assert theirs.best is not None
    assert set(ours.best) == set(theirs.best) == trainable
    assert distance(ours.best, theirs.best) < 1e-5
    for name in trainable:
        assert (ours.best[name].trace is None) == (theirs.best[name].trace is None)


def test_validations_and_snapshots_are_those_of_the_engine():
    source = Synthetic(TINY, np.random.default_rng(0), validation_batches=2)
    child = Root(TINY, 0).child(TINY.names(), quality_bar=None)
    ours = finish(trainer_of(Engine())(child, source, Budget(2, 3)))
    baseline = Baseline(FLOAT32)
    events = list(baseline.train(child, Shipped(source), Budget(2, 3)))
    theirs = events[-1]
    assert [e.step for e in events if isinstance(e, Progress)] == [2, 4, 6]
    assert theirs.qualities == ours.qualities
    assert distance(ours.best, theirs.best) < 1e-5
    # An improved validation fetches everything that trains, and its momentum in half the bytes.
    trained = sum(array.nbytes for c in theirs.best.values() for array in c.params.values())
    assert baseline.bytes_to_host >= trained * 3 // 2


def test_nothing_below_the_bar_is_fetched():
    source = Synthetic(TINY, np.random.default_rng(0))
    baseline = Baseline(FLOAT32)
    child = Root(TINY, 0).child({"encoder_norm", "head"})
    assert finish(baseline.train(child, source, Budget(1, 2))).best is None
    assert baseline.bytes_to_host == 2 * jax.numpy.int32(0).nbytes
