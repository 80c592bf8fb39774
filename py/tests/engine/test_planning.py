"""A plan compiles the engine's own programs without data."""

from dataclasses import replace
from importlib.util import find_spec

import jax
import numpy as np
import pytest

from mu2net_sidecar.engine import (
    BFLOAT16,
    Compilations,
    Compiler,
    EngineOptions,
    Shape,
    plan_shape,
    target_of,
)
from mu2net_sidecar.engine._stage import Stage, Training
from mu2net_sidecar.engine.planning._dispatches import AbstractPath, batch_of, trace_step
from mu2net_sidecar.engine.planning._walk import walk
from mu2net_sidecar.engine.training import Budget, Optimizer, hyperparameters_of, train_step
from mu2net_sidecar.model import Architecture

ARCHITECTURE = Architecture(4, 16, 32, 2, 8, 10, 8)
NAMES = ["embedding", "cls", "posembed_input", "encoderblock_0", "encoder_norm", "head"]
TRAINABLE = [False, False, False, True, False, True]


def walked(batch_size: int = 4, trainable=TRAINABLE):
    path = AbstractPath(NAMES, trainable, ARCHITECTURE, EngineOptions())
    names: list[str] = []
    batch = batch_of(batch_size, ARCHITECTURE.image_size)
    traced = trace_step(path, batch)
    return path, traced, walk(traced, target_of(None, 1), Compiler(names.append)), names


def test_a_step_is_planned_with_the_programs_that_the_engine_runs():
    path, traced, result, names = walked()
    arrays = jax.tree.map(lambda each: jax.numpy.zeros(each.shape, each.dtype), path.params)
    traces = jax.tree.map(lambda each: jax.numpy.zeros(each.shape, each.dtype), path.traces)
    stages: list[Stage] = path.stages(arrays, traces)
    hyperparameters = jax.device_put(
        hyperparameters_of(Optimizer(0.01, "cosine", 0.1, 0.9, nesterov=False), Budget(2, 1))
    )
    batch = (jax.numpy.zeros((4, 8, 8, 3)), jax.numpy.zeros(4, jax.numpy.int32))
    with Compilations() as compilations:
        train_step(
            stages,
            batch,
            num_classes=jax.device_put(np.int32(10)),
            hyperparameters=hyperparameters,
            step=0,
        )
    # The step compiled what the plan named, each once, and nothing besides.
    assert result.failure is None
    assert compilations.count <= len(names)
    assert isinstance(stages[3].training, Training)
    assert [name for name in names if name.startswith("encoderblock")] == [
        "encoderblock_class_token_record_dw",
        "encoderblock_class_token_backward",
    ]
    assert len(result.programs) == len(NAMES) + 1 + 3 + 2
    assert traced.batch.stop - traced.batch.start == 2


def test_memory_counts_what_is_alive_at_once():
    small, large = walked(4)[2], walked(8)[2]
    assert small.argument_bytes < small.peak_bytes
    images = 8 * 8 * 3 * 4 + 4
    assert large.argument_bytes - small.argument_bytes == 4 * images
    # Activations grow with the batch, parameters do not.
    assert small.peak_bytes < large.peak_bytes < 2 * small.peak_bytes
    frozen = walked(4, [False, False, False, False, False, True])[2]
    assert frozen.peak_bytes < small.peak_bytes


def test_an_update_replaces_what_it_reads():
    _, _, result, _ = walked()
    update = result.programs[-1]
    # Parameters and trace are donated; what is left is the table of the outputs.
    assert 0 < update.output_bytes - update.aliased_bytes < 512 < update.aliased_bytes
    assert update.collectives == {}


@pytest.mark.skipif(find_spec("libtpu") is None, reason="it needs the extra 'tpu'")
def test_a_slice_sums_gradients_over_its_devices(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TPU_SKIP_MDS_QUERY", "1")
    options = replace(EngineOptions(), precision=BFLOAT16)
    shape = Shape(ARCHITECTURE, NAMES, batch_size=8, validation_batch_size=8)
    plan = plan_shape(shape, options, target_of("v5e:2x2", 4), Compiler())
    assert plan.failures == []
    collectives = {key: dict(program.collectives) for key, program in plan.programs.items()}
    # Forward passes are independent; each gradient is summed over the batch.
    assert all(not found for key, found in collectives.items() if "forward" in key)
    assert all(not found for key, found in collectives.items() if "update" in key)
    assert collectives["encoderblock_class_token_backward_dxdw"]["all-reduce"] >= 1
    assert collectives["encoder_norm_backward_dx"] == {}
