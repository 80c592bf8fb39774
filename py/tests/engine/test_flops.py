"""XLA's count of operations; the controller's count is tested against the same numbers."""

import jax
import jax.numpy as jnp
import pytest

from mu2net_sidecar.engine import forward_flops
from mu2net_sidecar.model import Architecture
from tests.engine.tiny import names_of
from tests.reference import whole_model

NAMES = (
    "embedding",
    "cls",
    "posembed_input",
    "residual_adapter_0",
    "encoderblock_0",
    "encoder_norm",
    "head",
)
TI = Architecture(16, 192, 768, 3, 32, 10, 32)
COUNTS = {
    TI: (1180416, 0, 960, 132965, 4498855, 1345, 3850),
    Architecture(16, 192, 768, 3, 48, 10, 16): (2655936, 0, 1920, 141610, 9036710, 1345, 3850),
    Architecture(16, 1024, 4096, 16, 384, 1000, 32): (
        *(906559488, 0, 590848, 81112928, 15939926016, 7169, 2049000),
    ),
}


@pytest.mark.parametrize("architecture", COUNTS, ids=lambda a: f"{a.hidden_size}-{a.image_size}")
def test_counts_component_by_component(architecture):
    totals = [forward_flops(NAMES[: n + 1], architecture) for n in range(len(NAMES))]
    counts = [b - a for a, b in zip([0, *totals], totals, strict=False)]
    assert counts == list(COUNTS[architecture])


def test_a_path_is_the_sum_of_its_components():
    names = names_of(3, [1])
    each = dict(zip(NAMES, COUNTS[TI], strict=True))
    ends = sum(each[name] for name in NAMES if "_0" not in name)
    blocks = 3 * each["encoderblock_0"] + each["residual_adapter_0"]
    assert forward_flops(names, TI) == ends + blocks


def test_is_close_to_the_count_of_a_model_that_was_written_apart():
    """The plain model has a different form of norms, and norms all tokens before the head."""
    params = {
        name: jax.eval_shape(lambda key, n=name: dict(_init(n, key)), jax.random.key(0))
        for name in NAMES
    }
    images = jax.ShapeDtypeStruct((1, TI.image_size, TI.image_size, 3), jnp.float32)
    lowered = jax.jit(whole_model.logits).trace(params, images).lower(lowering_platforms=("cpu",))
    assert forward_flops(NAMES, TI) == pytest.approx(lowered.cost_analysis()["flops"], rel=0.01)


def _init(name, key):
    from mu2net_sidecar.model import kind_of

    return kind_of(name).init(key, TI)
