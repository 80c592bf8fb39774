"""The precision of bfloat16, and its distance from float32."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mu2net_sidecar.engine import BFLOAT16, FLOAT32, Budget, Engine, EngineOptions, Optimizer, train
from mu2net_sidecar.engine.programs import Role, programs_of
from mu2net_sidecar.model import Architecture, initialise, kind_of
from tests.engine.tiny import SGD, TINY, Batches, child_of, model_of, names_of

SHAPE = Architecture(8, 48, 96, 3, 56, 10, 16)
NAMES = names_of(1, adapters=[0])
FARTHEST = 0.03
"""Relative distance of a gradient in bfloat16; 0.0204 was measured, typically 0.003."""


def away(ours, theirs):
    ours, theirs = (np.asarray(array, np.float64).ravel() for array in (ours, theirs))
    return np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)


@pytest.mark.parametrize("name", [*NAMES])
def test_output_and_gradients_are_close_to_those_in_float32(name):
    """This includes biases, whose gradients are sums over a batch of thousands of tokens."""
    kind, draw = kind_of(name), np.random.default_rng(0)
    tokens = {"embedding": (56, 56, 3), "cls": (49, 48), "head": (48,)}.get(name, (50, 48))
    x = draw.standard_normal((64, *tokens)).astype(np.float32)
    params = {
        param: array + np.float32(0.02) * draw.standard_normal(array.shape, np.float32)
        for param, array in initialise(name, SHAPE, 0).items()
    }
    outcomes = []
    for precision in (BFLOAT16, FLOAT32):
        programs = programs_of(kind, precision)
        y, residuals = programs.record[Role.DXDW](params, x)
        dy = (0.3 + np.random.default_rng(1).standard_normal(y.shape)).astype(y.dtype)
        dx, dw, _ = programs.backward(residuals, params, x, dy, jnp.float32(0))
        # The bias of the keys has no gradient, because adding to all keys changes no score.
        dw = {param: array for param, array in dw.items() if not param.endswith("key/bias")}
        assert {array.dtype for array in dw.values()} == {jnp.dtype("float32")}
        outcomes.append({"y": y, "dx": dx, **dw})
    distances = {what: away(outcomes[0][what], outcomes[1][what]) for what in outcomes[0]}
    assert max(distances.values()) < FARTHEST, distances


def test_master_weights_are_float32_and_frozen_ones_one_copy_in_bfloat16():
    model = model_of(NAMES)
    engine = Engine(EngineOptions(BFLOAT16))
    first, second = (
        engine.place(child_of(model, trainable).components)
        for trainable in (("encoderblock_0", "head"), ("head",))
    )
    for a, b in zip(first, second, strict=True):
        dtypes = {array.dtype for array in a.params.values()}
        assert dtypes == {jnp.dtype("float32" if a.training else "bfloat16")}
        assert (a.params is b.params) == (a.training is None)
        if a.training:
            assert {array.dtype for array in a.training.trace.values()} == {jnp.dtype("bfloat16")}


def test_parameters_after_training_are_close_to_those_in_float32():
    model = model_of(NAMES)
    child = child_of(model, NAMES, SGD)
    trained = []
    for precision in (BFLOAT16, FLOAT32):
        *_, last = train(Engine(EngineOptions(precision)), [child], Batches(), Budget(10, 1))
        assert all(
            a.dtype == np.float32 for part in last.best.values() for a in part.params.values()
        )
        trained.append(
            np.concatenate(
                [
                    (array - model[name][param]).ravel()
                    for name, part in last.best.items()
                    for param, array in part.params.items()
                ]
            )
        )
    assert away(*trained) < 0.03, "of what was learned; 0.011 was measured"


class Stripes:
    """Light rows or light columns with noise, which are easy to distinguish."""

    def __init__(self):
        draw = np.random.default_rng(0)
        self.train_batch = lambda step: self._batch(draw)
        self._validation = [self._batch(np.random.default_rng(1)) for _ in range(4)]

    def _batch(self, draw):
        labels = draw.integers(0, 2, 64).astype(np.int32)
        images = draw.standard_normal((64, 8, 8, 3)).astype(np.float32)
        images[labels == 0, ::2] += 1
        images[labels == 1, :, ::2] += 1
        return jax.device_put((images, labels))

    def validation_batches(self):
        return self._validation


def test_a_task_is_learned_as_well_as_in_float32():
    model = {name: initialise(name, TINY, 0) for name in names_of(1)}
    model["head"] = {"kernel": np.zeros((16, 2), np.float32), "bias": np.zeros(2, np.float32)}
    child = child_of(model, list(model), Optimizer(0.1, "cosine", 0.1, 0.9, nesterov=False))
    qualities = []
    for precision in (BFLOAT16, FLOAT32):
        *_, last = train(Engine(EngineOptions(precision)), [child], Stripes(), Budget(60, 1))
        qualities.append(last.qualities[-1])
    assert min(qualities) > 0.9
    assert abs(qualities[0] - qualities[1]) < 0.04
