"""A step never waits for the device, and a validation fetches a few bytes."""

import jax
import numpy as np
import pytest

from mu2net_sidecar.bench.rows.host_bytes import reads
from mu2net_sidecar.engine import Budget, Engine, Progress, train
from mu2net_sidecar.engine.training import _cohort as cohort_module
from mu2net_sidecar.engine.training import _step as step
from tests.engine.test_cohort import Plain
from tests.engine.tiny import child_of, model_of, names_of

NAMES = names_of(2)
MODEL = model_of(NAMES)
ENDS = ("encoder_norm", "head")
BUDGET = Budget(4, 3)


@pytest.fixture(autouse=True)
def eager_beats(monkeypatch):
    """Makes a beat follow each step, so that each step can be examined."""
    monkeypatch.setattr(cohort_module, "SECONDS_BETWEEN_BEATS", 0.0)


def children():
    return [
        child_of(MODEL, mask, path_id=n) for n, mask in enumerate((NAMES, ENDS, ("cls", *ENDS)))
    ]


def bytes_read():
    """Returns the bytes that the host reads from the device, by step, up to the last validation.

    Every transfer to the device must be explicit, like `device_put`.
    """
    engine, source = Engine(), Plain()
    for _ in train(engine, children(), source, BUDGET, keys=source.keys):
        pass
    batches = {n: source.train_batch(n) for n in range(BUDGET.steps)}
    source.train_batch = batches.__getitem__
    by_step = dict.fromkeys(range(1, BUDGET.steps + 1), 0)
    events = train(engine, children(), source, BUDGET, keys=source.keys)
    # On CPUs this guard sees only transfers to the device; `reads` sees transfers from it.
    with jax.transfer_guard("disallow"), reads() as read:
        for event in events:
            assert isinstance(event, Progress)
            by_step[event.step] += sum(array.nbytes for array in read.values())
            read.clear()
            if event.step == BUDGET.steps and event.path_id == len(children()) - 1:
                return by_step
    raise AssertionError("the children did not get to their last step")


def test_only_validations_read_from_the_device_and_they_read_little():
    by_step = bytes_read()
    for number, nbytes in by_step.items():
        validates = number % BUDGET.batches_between_validations == 0
        assert (0 < nbytes <= 1024) if validates else nbytes == 0


@pytest.mark.parametrize(
    "peek", [lambda x: np.asarray(x), lambda x: jax.device_get(x), lambda x: x.tolist()]
)
def test_a_look_at_the_device_in_a_step_is_seen(monkeypatch, peek):
    gradient = step.loss_gradient

    def peeking(logits, *rest):
        peek(logits)
        return gradient(logits, *rest)

    monkeypatch.setattr(step, "loss_gradient", peeking)
    assert all(bytes_read().values())


def test_an_unasked_transfer_to_the_device_in_a_step_fails(monkeypatch):
    gradient = step.loss_gradient
    monkeypatch.setattr(
        step, "loss_gradient", lambda x, labels, classes: gradient(x, np.asarray(labels), classes)
    )
    with pytest.raises(Exception, match="Disallowed host-to-device"):
        bytes_read()
