import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.engine.device import FLOAT32
from mu2net_sidecar.engine.programs import Role, programs_of
from mu2net_sidecar.model import kind_of
from tests.engine.tiny import model_of

BLOCK = "encoderblock_0"


def test_gradients_are_the_same_whatever_is_kept():
    params, x = jax.device_put(model_of([BLOCK])[BLOCK]), jnp.linspace(-1, 1, 240).reshape(3, 5, 16)
    kept, outcomes = {}, {}
    for remat in ("full", "dots", "none"):
        programs = programs_of(kind_of(BLOCK), FLOAT32, "xla", remat)
        y, residuals = programs.record[Role.DXDW](params, x)
        outcomes[remat] = y, *programs.backward(residuals, params, x, y, jnp.float32(0))
        kept[remat] = sum(array.nbytes for array in residuals.arrays)
    for other in ("full", "none"):
        jax.tree.map(
            lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5),
            outcomes[other],
            outcomes["dots"],
        )
    assert kept["full"] == 0, "a component keeps its input alone"
    assert kept["full"] < kept["dots"] < kept["none"]
