import jax
import jax.numpy as jnp
import pytest

from mu2net_sidecar.engine.device import FLOAT32, Precision
from mu2net_sidecar.engine.programs import Role, programs_of
from mu2net_sidecar.model import kind_of
from tests.engine.tiny import model_of

BLOCK = "encoderblock_0"


def block():
    return jax.device_put(model_of([BLOCK])[BLOCK]), jnp.ones((3, 5, 16))


@pytest.mark.parametrize("role", [Role.DX, Role.DW, Role.DXDW])
def test_residuals_hold_no_copy_of_what_the_backward_program_is_given(role):
    params, x = block()
    _, residuals = programs_of(kind_of(BLOCK), FLOAT32).record[role](params, x)
    assert residuals.arrays
    for array in residuals.arrays:
        assert array.shape[0] == x.shape[0], "a residual that is not per image is a parameter"
        assert array.shape != x.shape or (array != x).any()


@pytest.mark.parametrize("role", [Role.DX, Role.DW, Role.DXDW])
def test_role_gives_its_derivatives_and_no_others(role):
    params, x = block()
    programs = programs_of(kind_of(BLOCK), FLOAT32)
    y, residuals = programs.record[role](params, x)
    dx, dw, sqnorm = programs.backward(residuals, params, x, y, jnp.float32(2))

    @jax.jit
    def plain(params, x, dy):
        y, vjp = jax.vjp(kind_of(BLOCK).apply, params, x)
        return y, *vjp(dy)

    y_expected, dw_expected, dx_expected = plain(params, x, y)
    assert jnp.allclose(y, y_expected, atol=1e-5)
    assert (dx is None) == (role is Role.DW)
    assert (dw is None) == (role is Role.DX)
    if dx is not None:
        assert jnp.allclose(dx, dx_expected, rtol=1e-4, atol=1e-4)
    added = 0.0
    if dw is not None:
        assert all(jnp.allclose(dw[k], dw_expected[k], rtol=1e-4, atol=1e-4) for k in params)
        added = sum(float((g**2).sum()) for g in dw_expected.values())
    assert float(sqnorm) == pytest.approx(2 + added, rel=1e-5)


def test_lower_precision_keeps_gradients_of_parameters_in_float32():
    params, x = block()
    programs = programs_of(kind_of(BLOCK), Precision(jnp.bfloat16))
    y, residuals = programs.record[Role.DXDW](params, x.astype(jnp.bfloat16))
    dx, dw, _ = programs.backward(residuals, params, x.astype(jnp.bfloat16), y, jnp.float32(0))
    assert y.dtype == dx.dtype == jnp.bfloat16
    assert {g.dtype for g in dw.values()} == {jnp.dtype(jnp.float32)}
