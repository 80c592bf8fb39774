import msgspec
import numpy as np
import pytest

from mu2net_sidecar import engine
from mu2net_sidecar.checkpoint import read_root
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.service.handlers import Handlers
from mu2net_sidecar.service.translate import architecture_of
from mu2net_sidecar.wire import requests, values

NAMES = ["embedding", "cls", "posembed_input", "encoderblock_0", "encoder_norm", "head"]


class Caller:
    """Records reports, and cancels at a number of steps."""

    def __init__(self, patience=10**9):
        self.beats = []
        self.steps = 0
        self.patience = patience

    def is_cancelled(self):
        self.steps += 1
        return self.steps > self.patience

    def agree_to_stop(self, stop):
        return stop

    def beat(self, progress):
        self.beats.append(progress)

    def record(self, name, path_id, began):
        pass

    def measured(self, measurement):
        raise AssertionError(measurement)


@pytest.fixture(scope="module")
def handlers():
    return Handlers()


@pytest.fixture
def request_(tmp_path, digits, architecture):
    """Two tasks: the digits, and the same digits once more."""
    return requests.PretrainRequest(
        folder=str(tmp_path / "root"),
        tasks=[digits, msgspec.structs.replace(digits, name="again")],
        architecture=msgspec.structs.replace(architecture, num_classes=20),
        components=NAMES,
        augmentation=values.Augmentation(True, False, 1, 1, False, 0, 0, 0, 0, 0),
        recipe=requests.Recipe(
            steps=90,
            batch_size=64,
            learning_rate=0.01,
            warmup_steps=9,
            weight_decay=0.05,
            label_smoothing=0.1,
            warp=0.1,
            recolour=0.1,
            steps_between_validations=30,
            max_validation_examples=180,
        ),
        seed=3,
    )


def test_learns_several_tasks_and_resumes_to_the_same_bytes(handlers, request_, tmp_path):
    caller = Caller()
    whole = handlers.execute(request_, caller)
    first, *_, last = whole.validations
    assert last.step == 90 and last.loss < first.loss
    # Each image is in both tasks, so a half is the most that both can reach together.
    assert 0.3 < np.mean(last.accuracies) <= 0.5
    assert caller.beats[-1].step == caller.beats[-1].steps == 90
    assert len(caller.beats[-1].qualities) == 3

    parted = msgspec.structs.replace(request_, folder=str(tmp_path / "parted"))
    with pytest.raises(engine.Cancelled):
        handlers.execute(parted, Caller(patience=40))
    again = Caller()
    assert handlers.execute(parted, again) == whole
    assert again.steps == 60

    other = msgspec.structs.replace(parted, seed=4)
    with pytest.raises(SidecarError, match=r"pretraining\.npz is the state of another pretraining"):
        handlers.execute(other, Caller())


def test_writes_a_root_in_half_precision(handlers, request_, tmp_path):
    brief = msgspec.structs.replace(request_.recipe, steps=2, warmup_steps=0)
    result = handlers.execute(msgspec.structs.replace(request_, recipe=brief), Caller())
    path = tmp_path / "root" / result.file
    with np.load(path) as archive:
        assert {archive[name].dtype for name in archive.files} == {np.dtype(np.float16)}
    root = read_root(
        str(path),
        architecture_of(request_.architecture),
        depth=1,
        components=NAMES,
        sha256=result.sha256,
        on_progress=lambda done, size: None,
    )
    assert list(root.components) == NAMES
    assert not root.components["head"]["kernel"].any()


def test_says_that_the_loss_is_not_finite(handlers, request_):
    wild = msgspec.structs.replace(request_.recipe, learning_rate=1e30, warmup_steps=0)
    result = handlers.execute(msgspec.structs.replace(request_, recipe=wild), Caller())
    assert result.file is None
