"""The update program has the same bits as optax's chain."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from mu2net_sidecar.engine import Budget, Optimizer
from mu2net_sidecar.engine.training._update import hyperparameters_of, update
from tests.reference import whole_model


@pytest.mark.parametrize("scale", [1e-3, 1e-1])
@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [None, 0.5, 0.9, 0.99])
def test_equals_optax(momentum, nesterov, scale):
    draw = np.random.default_rng(0)
    params, grads, trace = (draw.standard_normal((3, 1000)) * [[1], [scale], [0.01]]).astype("f4")
    params, grads, trace = {"w": params}, {"w": grads}, {"w": trace.astype(jnp.bfloat16)}
    tx = whole_model.optimizer(0.1, momentum, nesterov)
    state = tx.init(params)
    if momentum is not None:
        state = optax.tree_utils.tree_set(state, trace=trace)

    @jax.jit
    def theirs(grads, state, params):
        updates, state = tx.update(grads, state, params)
        return optax.apply_updates(params, updates), state

    expected, state = theirs(grads, state, params)
    hyperparameters = hyperparameters_of(
        Optimizer(0.2, "constant", 0.0, momentum, nesterov), Budget(1, 1)
    )
    if momentum is None:
        trace = {"w": np.zeros_like(trace["w"])}
    sqnorm = jnp.vdot(grads["w"], grads["w"])
    stepped, trace = update(
        {"w": jnp.array(params["w"])},
        {"w": jnp.array(trace["w"])},
        grads,
        sqnorm,
        hyperparameters,
        jnp.int32(0),
    )
    np.testing.assert_array_max_ulp(np.asarray(stepped["w"]), np.asarray(expected["w"]), 1)
    if momentum is not None:
        kept = optax.tree_utils.tree_get(state, "trace")["w"]
        np.testing.assert_array_equal(np.asarray(trace["w"]), np.asarray(kept))
