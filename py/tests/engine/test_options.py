from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mu2net_sidecar.engine import BFLOAT16, FLOAT32, Machine, options_for
from mu2net_sidecar.engine.device._options import GIB, LARGEST_HOST_CACHE, budgets_of
from mu2net_sidecar.engine.programs import Role, programs_of
from mu2net_sidecar.model import Architecture, kind_of

CPU = Machine("cpu", 24 * GIB, 1, "it needs an NVIDIA GPU, and this is a cpu")
H100 = Machine("gpu", int(0.75 * 80e9), 8, None)
T4 = Machine("gpu", 12 * GIB, 1, "it needs an NVIDIA GPU of compute capability 8.0")
TPU = Machine("tpu", 32 * GIB, 4, "it needs an NVIDIA GPU, and this is a TPU v4")


@pytest.mark.parametrize(
    ("machine", "precision", "attention", "remat"),
    [
        (CPU, FLOAT32, "xla", "dots"),
        (H100, BFLOAT16, "cudnn", "dots"),
        (T4, BFLOAT16, "xla", "full"),
        (TPU, BFLOAT16, "xla", "full"),
    ],
)
def test_what_suits_a_machine(machine, precision, attention, remat):
    options = options_for(machine)
    assert (options.precision, options.attention) == (precision, attention)
    assert (options.remat, options.devices) == (remat, 1)


def test_what_is_asked_for_is_had():
    options = options_for(H100, precision="float32", remat="none", devices=8, memory=16e9)
    assert (options.precision, options.remat, options.devices) == (FLOAT32, "none", 8)
    assert options.attention == "xla", "cuDNN's kernel takes no float32"
    assert options.component_cache_bytes == 2 * options.cohort_bytes == 2e9


@pytest.mark.parametrize(
    ("machine", "asked", "said"),
    [
        (CPU, {"devices": 2}, "2 devices are asked for and JAX has 1 here"),
        (H100, {"attention": "cudnn", "precision": "float32"}, "needs --precision bfloat16"),
        (T4, {"attention": "cudnn"}, "compute capability 8.0; use --attention xla"),
    ],
)
def test_what_cannot_be_had_is_said(machine, asked, said):
    with pytest.raises(ValueError, match=said):
        options_for(machine, **asked)


@given(st.sampled_from(["cpu", "gpu", "tpu"]), st.integers(GIB, 1 << 41))
def test_caches_leave_three_quarters_of_the_memory(platform, memory):
    budgets = budgets_of(platform, memory)
    assert 0 < sum(budgets) <= memory / 4
    assert all(a <= b for a, b in zip(budgets, budgets_of(platform, 2 * memory), strict=True))
    if platform == "cpu":
        assert max(budgets) <= LARGEST_HOST_CACHE


def kept_bytes(options, layers, architecture, batch):
    """Counts the bytes that a step keeps if everything trains: activations, weights and so on."""
    side = architecture.image_size
    x = jax.ShapeDtypeStruct((batch, side, side, 3), jnp.float32)
    total = size(x)
    names = ["embedding", "cls", "posembed_input", "encoderblock_0", "encoder_norm", "head"]
    for name in names:
        kind, init = kind_of(name), partial(kind_of(name).init, architecture=architecture)
        params = jax.eval_shape(init, jax.random.key(0))
        programs = programs_of(kind, options.precision, "xla", options.remat)
        x, residuals = jax.eval_shape(programs.record[Role.DXDW], params, x)
        weights, kept = (sum(map(size, jax.tree.leaves(tree))) for tree in (params, residuals))
        # Weights, gradients and best weights in float32, trace and best trace in bfloat16.
        total += (layers if kind.per_layer else 1) * (size(x) + kept + 4 * weights)
    return total


def size(array):
    return array.size * jnp.dtype(array.dtype).itemsize


@pytest.mark.parametrize("gigabytes", [80, 24])
def test_a_large_vit_fits_by_default(gigabytes):
    """ViT-L/16 at 384 pixels fits in batches of 64, with plain attention and full caches."""
    machine = Machine("gpu", int(0.75 * gigabytes * 1e9), 1, "old")
    options = options_for(machine)
    architecture = Architecture(16, 1024, 4096, 16, 384, 1000, 32)
    caches = sum(budgets_of(machine.platform, machine.memory_bytes)) + options.cohort_bytes
    kept = kept_bytes(options, 24, architecture, 64)
    if options.remat == "full":
        # The backward pass recomputes, one block at a time, the values that "dots" keeps.
        dots = replace(options, remat="dots")
        kept += kept_bytes(dots, 1, architecture, 64) - kept_bytes(options, 1, architecture, 64)
    assert kept + caches < machine.memory_bytes
