"""Every step of every schedule, against optax."""

import jax
import numpy as np
import pytest

from mu2net_sidecar.engine import Budget, Optimizer
from mu2net_sidecar.engine.training._schedule import learning_rate_at, schedule_of
from tests.reference import whole_model

AT = jax.jit(jax.vmap(learning_rate_at, in_axes=(None, 0)))


@pytest.mark.parametrize("name", ["constant", "cosine", "linear", "restarts"])
@pytest.mark.parametrize("warmup_ratio", [0.0, 0.01, 0.1, 0.4])
@pytest.mark.parametrize("warmup_start", [0.01, 0.001])
@pytest.mark.parametrize("period,validations", [(25, 4), (1, 3), (7, 1)])
@pytest.mark.claim("optimizer")
def test_equals_optax(name, warmup_ratio, warmup_start, period, validations):
    steps = np.arange(period * validations, dtype=np.int32)
    optimizer = Optimizer(0.05, name, warmup_ratio, None, False, warmup_start)
    ours = AT(schedule_of(optimizer, Budget(period, validations)), steps)
    theirs = whole_model.schedule(name, 0.05, warmup_ratio, period, validations, warmup_start)
    np.testing.assert_allclose(ours, [theirs(step) for step in steps], rtol=2e-6, atol=1e-8)
