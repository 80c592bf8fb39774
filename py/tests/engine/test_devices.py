"""Several devices that share each batch, in a process that simulates four."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mu2net_sidecar.engine import Budget, Engine, train
from tests.engine.tiny import Batches, child_of, model_of, names_of

SCRIPT = """
import jax, numpy as np
from mu2net_sidecar.engine import *
from tests.engine.tiny import Batches, child_of, model_of, names_of

NAMES = names_of(1)
MODEL = model_of(NAMES)
MASKS = [NAMES, ["encoderblock_0", "head"]]

def outcome(devices):
    engine = Engine(EngineOptions(devices=devices))
    children = [child_of(MODEL, mask, path_id=path) for path, mask in enumerate(MASKS)]
    events = train(engine, children, Batches(), Budget(4, 2))
    trained = [event for event in events if isinstance(event, Trained)]
    # Batches of 6 do not divide by 4: what fills them up does not count.
    frozen = child_of(MODEL, ()).components
    evaluation = evaluate(engine, frozen, 2, Batches(2, size=6).validation_batches())
    tally = evaluation.tally
    assert tally.total == 12 and tally.finite, tally
    assert 0 < tally.correct < 12, tally
    for stage in engine.place(children[0].components):
        assert all(len(a.sharding.device_set) == devices for a in stage.params.values())
        assert all(a.sharding.is_fully_replicated for a in stage.params.values())
    return trained, evaluation

def flat(child):
    return np.concatenate([np.ravel(a) for c in child.best.values() for a in c.params.values()])

(one, evaluation), (four, of_four) = outcome(1), outcome(4)
assert evaluation == of_four, (evaluation, of_four)
for a, b in zip(one, four, strict=True):
    assert a.qualities == b.qualities, (a, b)
    distance = np.linalg.norm(flat(a) - flat(b)) / np.linalg.norm(flat(a))
    assert distance < 1e-5, distance
child = child_of(MODEL, ["encoderblock_0", "encoder_norm", "head"])
with Compilations() as compilations:
    list(train(Engine(EngineOptions(devices=4)), [child], Batches(), Budget(4, 2)))
assert compilations.count == 0, compilations.count
"""


FOUR_DEVICES = {
    # Devices share a pool of threads, by default one for each: a device that waits for the others
    # keeps its thread, and the work of the others may then find none.
    "PJRT_NPROC": "16",
    "XLA_FLAGS": " ".join(
        [
            "--xla_backend_optimization_level=0",
            "--xla_force_host_platform_device_count=4",
            # XLA aborts when a device comes 40 s after the others, as it may on a busy machine.
            "--xla_cpu_collective_call_warn_stuck_timeout_seconds=600",
            "--xla_cpu_collective_call_terminate_timeout_seconds=3600",
        ]
    ),
}
"""The environment of a process with four simulated devices."""


def test_results_are_those_of_one_device():
    environment = {**os.environ, **FOUR_DEVICES, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_a_training_batch_that_does_not_divide_is_refused(monkeypatch):
    engine = Engine()
    monkeypatch.setattr(engine.layout, "devices", 3)
    with pytest.raises(ValueError, match="8 images does not divide by 3 devices"):
        list(train(engine, [child_of(model_of(names_of(0)), ["head"])], Batches(), Budget(1, 1)))
