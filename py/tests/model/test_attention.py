from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax._src.cudnn import fused_attention_stablehlo as cudnn

from mu2net_sidecar.engine.device import BFLOAT16
from mu2net_sidecar.engine.programs import Role, programs_of
from mu2net_sidecar.model import Architecture, kind_of
from mu2net_sidecar.model._attention import attend, fused, fuses

FORWARD, BACKWARD = "__cudnn$fmhaSoftmax(", "__cudnn$fmhaSoftmaxBackward("


def arrays(queries, tokens, heads=2, head_dim=8):
    draw = np.random.default_rng(queries + tokens)
    return [
        draw.standard_normal((2, length, heads, head_dim)).astype(np.float32)
        for length in (queries, tokens, tokens)
    ]


@pytest.mark.parametrize(("queries", "tokens"), [(5, 5), (3, 4)])
def test_filling_up_to_an_even_length_changes_nothing(queries, tokens):
    """The test uses the same masks with XLA's implementation, which runs on all devices."""

    def outcome(attention, *given):
        y, vjp = jax.vjp(attention, *given)
        return y, *vjp(jnp.sin(y))

    @jax.jit
    def outcomes(*given):
        return outcome(partial(fused, implementation="xla"), *given), outcome(attend, *given)

    filled, plain = outcomes(*arrays(queries, tokens))
    for ours, theirs in zip(filled, plain, strict=True):
        assert np.isfinite(ours).all()
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("queries", "head_dim", "dtype", "taken"),
    [
        (577, 64, "bfloat16", True),
        (65, 128, "bfloat16", True),
        (577, 64, "float32", False),
        (577, 60, "bfloat16", False),
        (577, 256, "bfloat16", False),
        (5, 64, "bfloat16", False),
        (1, 64, "bfloat16", False),
    ],
)
def test_what_the_kernel_takes(queries, head_dim, dtype, taken):
    query, key = (
        jax.ShapeDtypeStruct((2, n, 4, head_dim), jnp.dtype(dtype)) for n in (queries, 577)
    )
    assert fuses(query, key) == taken


def lowered(platform, attention, remat="dots"):
    """Lowers the forward and the backward program of a ViT-L block at 384 pixels."""
    kind, shape = kind_of("encoderblock_0"), Architecture(16, 1024, 4096, 16, 384, 10, 32)
    params = jax.eval_shape(lambda key: kind.init(key, shape), jax.random.key(0))
    x = jax.ShapeDtypeStruct((2, 577, 1024), jnp.bfloat16)
    programs = programs_of(kind, BFLOAT16, attention, remat)
    record = programs.record[Role.DXDW].trace(params, x)
    y, residuals = jax.eval_shape(programs.record[Role.DXDW], params, x)
    sqnorm = jax.ShapeDtypeStruct((), jnp.float32)
    backward = programs.backward.trace(residuals, params, x, y, sqnorm)
    return [traced.lower(lowering_platforms=(platform,)).as_text() for traced in (record, backward)]


@pytest.mark.parametrize(("remat", "again"), [("none", 0), ("dots", 0), ("full", 1)])
def test_blocks_run_on_the_kernel_and_do_so_once_where_its_output_is_kept(
    monkeypatch, remat, again
):
    # The kernel is lowered for an absent GPU, so the test provides the cuDNN version to jax.
    monkeypatch.setattr(cudnn, "check_cudnn_version", lambda: 91000)
    record, backward = lowered("cuda", "cudnn", remat)
    assert (record.count(FORWARD), record.count(BACKWARD)) == (1, 0)
    assert (backward.count(FORWARD), backward.count(BACKWARD)) == (again, 1)


@pytest.mark.parametrize("platform", ["cuda", "tpu", "rocm"])
def test_plain_attention_needs_no_kernel(platform):
    assert all("fmha" not in program for program in lowered(platform, "xla"))
