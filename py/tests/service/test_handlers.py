import io
import mmap
import sys
import threading
import tracemalloc
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from mu2net_sidecar import engine
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture, initialise, resample
from mu2net_sidecar.service.handlers import Handlers
from mu2net_sidecar.service.handlers._caller import MEBIBYTE
from mu2net_sidecar.store import Store
from mu2net_sidecar.wire import requests, values


class Caller:
    """Records reports, and cancels after a number of beats."""

    def __init__(self, patience=10**9):
        self.beats = []
        self.measurements = []
        self.patience = patience

    def is_cancelled(self):
        return len(self.beats) >= self.patience

    def agree_to_stop(self, stop):
        return stop

    def beat(self, progress):
        self.beats.append(progress)

    def record(self, name, path_id, began):
        pass

    def measured(self, measurement):
        self.measurements.append(measurement)


@pytest.fixture(scope="module")
def handlers():
    return Handlers()


def with_child(request, **changes):
    child = msgspec.structs.replace(request.children[0], **changes)
    return msgspec.structs.replace(request, children=[child])


def with_component(request, component):
    others = [
        component if each.name == component.name else each
        for each in request.children[0].components
    ]
    return with_child(request, components=others)


def with_test_split(task, expression):
    return msgspec.structs.replace(
        task, splits=msgspec.structs.replace(task.splits, test=expression)
    )


def outcomes_of(result):
    """Returns which examples were predicted correctly, one value per example."""
    bits = np.unpackbits(np.frombuffer(result.outcomes, np.uint8))
    assert not bits[result.total :].any()
    return bits[: result.total]


def trained(handlers, request):
    (child,) = handlers.execute(request, Caller()).measurements
    return {each.name: each for each in child.components}


def test_trains_what_is_trainable_and_stores_it_before_telling(handlers, train_request, store):
    caller = Caller()
    caller.measured = lambda each: caller.measurements.append(
        [store.has(part.params_digest) and store.has(part.trace_digest) for part in each.components]
    )
    result = handlers.execute(train_request, caller)
    assert caller.measurements == [[True] * 3]
    assert [beat.step for beat in caller.beats][-1] == 8
    (child,) = result.measurements
    assert [part.name for part in child.components] == ["encoderblock_0", "encoder_norm", "head"]
    for part in child.components:
        params, trace = store.get(part.params_digest), store.get(part.trace_digest)
        assert {array.dtype.name for array in params.values()} == {"float32"}
        assert {array.dtype.name for array in trace.values()} == {"bfloat16"}
        assert part.parameter_count == sum(array.size for array in params.values())


def two_children(train_request):
    (child,) = train_request.children
    return msgspec.structs.replace(
        train_request, children=[child, msgspec.structs.replace(child, path_id=child.path_id + 1)]
    )


def test_children_are_stored_in_order_off_the_thread_that_trains(
    handlers, train_request, monkeypatch
):
    caller, put, threads = Caller(), Store.put, set()
    monkeypatch.setattr(
        Store, "put", lambda *args: threads.add(threading.get_ident()) or put(*args)
    )
    request = two_children(train_request)
    result = handlers.execute(request, caller)
    assert threads and threading.get_ident() not in threads
    assert [each.path_id for each in result.measurements] == [
        each.path_id for each in request.children
    ]
    assert caller.measurements == result.measurements


def test_a_store_that_cannot_be_written_fails_the_request(handlers, train_request, tmp_path):
    (tmp_path / "store").write_text("a file where the folder should be")
    caller = Caller()
    with pytest.raises(SidecarError, match="make the store accessible"):
        handlers.execute(two_children(train_request), caller)
    assert caller.measurements == []


def test_a_damaged_object_is_named_before_anything_trains(handlers, train_request, store, tmp_path):
    head = trained(handlers, train_request)["head"]
    file = tmp_path / "store" / head.params_digest[:2] / f"{head.params_digest}.safetensors"
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    component = values.Component("head", True, values.Stored(head.params_digest, None))
    caller = Caller()
    with pytest.raises(SidecarError, match=head.params_digest) as raised:
        handlers.execute(with_component(train_request, component), caller)
    assert raised.value.code == "STORE_CORRUPT"
    assert caller.beats == []


def test_plain_sgd_has_no_trace(handlers, train_request):
    optimizer = msgspec.structs.replace(train_request.children[0].optimizer, momentum=None)
    parts = trained(handlers, with_child(train_request, optimizer=optimizer))
    assert {part.trace_digest for part in parts.values()} == {None}


def test_what_a_cohort_shares_is_heeded(handlers, train_request):
    optimizer = msgspec.structs.replace(train_request.children[0].optimizer, schedule="linear")
    request = with_child(train_request, optimizer=optimizer)
    lossy = msgspec.structs.replace(request.augmentation, quality_delta=0.9)
    requests_made = (
        request,
        msgspec.structs.replace(request, warmup_start=0.9),
        msgspec.structs.replace(request, augmentation=lossy),
    )
    assert len({trained(handlers, each)["head"].params_digest for each in requests_made}) == 3


def test_goes_on_from_stored_parameters_and_trace(handlers, train_request):
    head = trained(handlers, train_request)["head"]
    stored = values.Stored(head.params_digest, head.trace_digest)
    forgetful = values.Stored(head.params_digest, None)
    outcomes = {
        trained(
            handlers, with_component(train_request, values.Component("head", True, initialiser))
        )["head"].params_digest
        for initialiser in (stored, forgetful, values.Fresh(5))
    }
    assert len(outcomes) == 3


def test_resamples_a_stored_position_embedding(
    handlers, train_request, architecture, store, monkeypatch
):
    larger = msgspec.structs.replace(architecture, image_size=12)
    small = initialise(
        "posembed_input", Architecture(**msgspec.structs.asdict(architecture)), seed=3
    )
    digest = store.put(small)
    seen = {}
    train = engine.train

    def spy(engine_, children, *rest, **options):
        (child,) = children
        seen.update({part.name: part.load() for part in child.components})
        return train(engine_, children, *rest, **options)

    monkeypatch.setattr(engine, "train", spy)
    component = values.Component("posembed_input", True, values.Resampled(digest))
    request = with_child(with_component(train_request, component), architecture=larger)
    handlers.execute(request, Caller())
    (name,) = small
    np.testing.assert_array_equal(seen["posembed_input"][name], resample(small[name], 3))


def test_stops_at_the_next_step_when_cancelled(handlers, train_request, store):
    caller = Caller(patience=1)
    with pytest.raises(engine.Cancelled):
        handlers.execute(train_request, caller)
    assert len(caller.beats) == 1
    assert caller.measurements == []


def examination_of(request):
    fields = {name: getattr(request, name) for name in request.__struct_fields__}
    return requests.ExamineRequest(**fields, mistakes=4, largest_side=6)


def test_evaluates_on_the_whole_split(handlers, train_request, digits, architecture, url):
    request = with_child(
        msgspec.structs.replace(
            train_request, budget=msgspec.structs.replace(train_request.budget, validations=20)
        )
    )
    parts = {name: part.params_digest for name, part in trained(handlers, request).items()}
    # Components that did not train have their initial values.
    for part in train_request.children[0].components[:3]:
        (frozen,) = handlers.execute(
            requests.InitialiseRequest(url, architecture, [part.name], part.initialiser.seed),
            Caller(),
        ).components
        parts = {**parts, part.name: frozen.params_digest}
    order = [part.name for part in train_request.children[0].components]
    request = requests.EvaluateRequest(
        store=url,
        task=digits,
        split="test",
        architecture=architecture,
        components=[requests.EvaluatedComponent(name, parts[name]) for name in order],
        batch_size=100,
    )
    result = handlers.execute(request, Caller())
    assert result.total == 359
    assert 359 / 4 < result.correct <= 359, "far better than chance"
    in_one_batch = msgspec.structs.replace(request, batch_size=359)
    assert handlers.execute(in_one_batch, Caller()) == result
    right = outcomes_of(result)
    assert right.sum() == result.correct
    examined = handlers.execute(examination_of(request), Caller())
    assert (examined.correct, examined.total) == (result.correct, result.total)
    assert sum(cell.count for cell in examined.cells) == result.total
    correct = sum(cell.count for cell in examined.cells if cell.label == cell.predicted)
    assert correct == result.correct
    wrong = np.flatnonzero(right == 0)
    assert len(examined.mistakes) == min(4, len(wrong))
    assert {mistake.index for mistake in examined.mistakes} <= set(wrong.tolist())
    confidence = [mistake.probability for mistake in examined.mistakes]
    assert confidence == sorted(confidence, reverse=True)
    for mistake in examined.mistakes:
        assert mistake.label != mistake.predicted
        assert mistake.label_probability < mistake.probability
        assert Image.open(io.BytesIO(mistake.png)).size == (6, 6), "8x8 pixels, scaled down"
    halves = ["all[80%:90%]", "all[90%:]"]
    tasks = [with_test_split(digits, half) for half in halves]
    parts = [msgspec.structs.replace(request, task=task) for task in tasks]
    np.testing.assert_array_equal(
        np.concatenate([outcomes_of(handlers.execute(part, Caller())) for part in parts]),
        right,
        "in the order of the split",
    )
    with pytest.raises(engine.Cancelled):
        handlers.execute(request, Caller(patience=0))


def test_children_together_are_measured_as_alone(handlers, train_request):
    (child,) = train_request.children
    plain = msgspec.structs.replace(child.optimizer, momentum=None)
    request = msgspec.structs.replace(
        train_request,
        children=[
            msgspec.structs.replace(child, path_id=5),
            msgspec.structs.replace(child, path_id=3, optimizer=plain),
        ],
    )
    caller = Caller()
    together = handlers.execute(request, caller).measurements
    assert [each.path_id for each in together] == [5, 3]
    assert sorted(each.path_id for each in caller.measurements) == [3, 5]
    assert {(beat.path_id, beat.step) for beat in caller.beats} >= {(3, 8), (5, 8)}
    for one in request.children:
        alone = msgspec.structs.replace(request, children=[one])
        (expected,) = Handlers().execute(alone, Caller()).measurements
        (actual,) = (each for each in together if each.path_id == one.path_id)
        assert (actual.components, actual.qualities) == (expected.components, expected.qualities)


def test_plain_training_examples_are_named_and_varied_ones_are_not(
    handlers, train_request, monkeypatch
):
    names, train = [], engine.train

    def spy(*args, **options):
        names.append(options["keys"])
        return train(*args, **options)

    monkeypatch.setattr(engine, "train", spy)
    still = msgspec.structs.replace(train_request.augmentation, crop=False, flip_left_right=False)
    varied = msgspec.structs.replace(still, flip_left_right=True)
    larger = msgspec.structs.replace(train_request.children[0].architecture, image_size=12)
    for request in (
        msgspec.structs.replace(train_request, augmentation=still),
        msgspec.structs.replace(train_request, augmentation=varied),
        msgspec.structs.replace(train_request, data_seed=train_request.data_seed + 1),
        with_child(train_request, architecture=larger),
    ):
        handlers.execute(request, Caller())
    plain, augmented, reordered, resized = names
    assert plain.train is not None and plain.train.count == 1258
    assert augmented.train is None
    assert plain.validation == augmented.validation == reordered.validation != resized.validation


def test_baselines_are_the_most_frequent_class_and_a_linear_probe_of_the_root(
    handlers, digits, architecture, url
):
    names = ["embedding", "cls", "posembed_input", "encoder_norm"]
    root = handlers.execute(
        requests.InitialiseRequest(url, architecture, names, 3), Caller()
    ).components
    request = requests.BaselineRequest(
        store=url,
        task=digits,
        architecture=architecture,
        components=[requests.EvaluatedComponent(each.name, each.params_digest) for each in root],
        batch_size=100,
    )
    # The root of an experiment has a head of one class.
    headless = msgspec.structs.replace(architecture, num_classes=1)
    request = msgspec.structs.replace(request, architecture=headless)
    # Without an encoder block, the class token knows nothing of the image.
    blind = handlers.execute(request, Caller())
    assert blind.total == 359
    truth = load_digits().target
    most_frequent = np.bincount(truth[:1258]).argmax()
    assert blind.majority == (truth[-359:] == most_frequent).sum()
    assert blind.probe < 60
    (block,) = handlers.execute(
        requests.InitialiseRequest(url, architecture, ["encoderblock_0"], 3), Caller()
    ).components
    seeing = [*request.components]
    seeing.insert(3, requests.EvaluatedComponent(block.name, block.params_digest))
    sees = handlers.execute(msgspec.structs.replace(request, components=seeing), Caller())
    assert sees.probe > 100, "even random features tell digits apart"
    assert (sees.majority, sees.total) == (blind.majority, 359)
    bits = np.unpackbits(np.frombuffer(sees.outcomes, np.uint8))
    assert len(bits) == 360
    assert bits.sum() == sees.probe
    with pytest.raises(engine.Cancelled):
        handlers.execute(request, Caller(patience=0))


def test_counts_operations(handlers, architecture):
    request = requests.FlopsRequest(architecture, ["embedding", "cls", "posembed_input"])
    tokens = (architecture.image_size // architecture.patch_size) ** 2 + 1
    inputs = 3 * architecture.patch_size**2
    expected = ((2 * inputs + 1) * (tokens - 1) + tokens) * architecture.hidden_size
    assert handlers.execute(request, Caller()) == requests.FlopsResult(float(expected))


def test_a_cohort_of_two_image_sizes_is_refused(handlers, train_request, architecture):
    (child,) = train_request.children
    larger = msgspec.structs.replace(architecture, image_size=12)
    request = msgspec.structs.replace(
        train_request, children=[child, msgspec.structs.replace(child, architecture=larger)]
    )
    with pytest.raises(SidecarError, match=r"images of \[8, 12\] pixels"):
        handlers.execute(request, Caller())


def test_a_missing_component_is_named(handlers, train_request):
    missing = values.Component("head", True, values.Stored("0" * 64, None))
    with pytest.raises(SidecarError) as raised:
        handlers.execute(with_component(train_request, missing), Caller())
    assert raised.value.code == "STORE_MISSING"
    assert "0" * 64 in raised.value.message


def test_copies_and_collects(handlers, url, store, tmp_path):
    digests = [store.put({"x": np.full(3, n, np.float32)}) for n in range(3)]
    other = str(tmp_path / "other")
    copy = requests.CopyRequest(store=other, from_=url, digests=digests)
    assert handlers.execute(copy, Caller()) == requests.CopyResult(copied=3)
    assert handlers.execute(copy, Caller()) == requests.CopyResult(copied=0)
    collect = requests.CollectRequest(store=other, digests=digests[:2])
    assert handlers.execute(collect, Caller()) == requests.CollectResult(deleted=2)
    assert all(store.has(digest) for digest in digests)


@pytest.mark.parametrize("kind", ["initialise", "copy", "collect"])
def test_stops_between_two_objects_when_cancelled(
    kind, handlers, url, store, tmp_path, architecture
):
    digests = [store.put({"x": np.full(3, n, np.float32)}) for n in range(2)]
    other = str(tmp_path / "other")
    request = {
        "initialise": requests.InitialiseRequest(other, architecture, ["cls", "head"], 1),
        "copy": requests.CopyRequest(store=other, from_=url, digests=digests),
        "collect": requests.CollectRequest(store=url, digests=digests),
    }[kind]
    with pytest.raises(engine.Cancelled):
        handlers.execute(request, Caller(patience=0))
    assert all(store.has(digest) for digest in digests)
    assert not any(Store(other).has(digest) for digest in digests)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Writes a system as a notebook saves it, with 24 components of 8 MiB."""
    state = tmp_path_factory.mktemp("published") / "state_1_0"
    state.mkdir()
    for table in ("population", "paths"):
        (state / f"{table}.csv").write_text("id\n")
    encode = msgspec.msgpack.encode
    with (state / "checkpoint_1_0").open("wb") as file:
        file.write(bytes([0xDE, 0, 24]))  # The header of a dictionary with 24 entries.
        for number in range(24):
            content = np.full(2 * MEBIBYTE, number, np.float32).tobytes()
            array = encode(((2 * MEBIBYTE,), "float32", content))
            file.write(encode(f"cls:{number}") + encode(msgspec.msgpack.Ext(1, array)))
    return state


def memory():
    """Returns the bytes that this process holds in memory, including mapped files."""
    resident = Path("/proc/self/statm").read_text().split()[1]
    return int(resident) * mmap.PAGESIZE


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process's memory from /proc")
def test_a_published_system_is_larger_than_the_memory_that_reading_it_takes(
    handlers, published, tmp_path
):
    caller, resident = Caller(), []
    request = requests.PublishedRequest(str(tmp_path / "store"), str(published), None)
    before = memory()
    caller.beat = lambda progress: (caller.beats.append(progress), resident.append(memory()))
    tracemalloc.start()
    try:
        result = handlers.execute(request, caller)
        _, allocated = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [(beat.step, beat.steps) for beat in caller.beats] == [
        (8 * (number + 1), 192) for number in range(24)
    ]
    assert allocated < 8 * MEBIBYTE
    assert max(resident) - before < 48 * MEBIBYTE
    store = Store(str(tmp_path / "store"))
    for number, component in enumerate(result.components):
        assert (store.get(component.params_digest)["cls"] == number).all()


def test_reading_a_published_system_can_be_stopped(handlers, published, tmp_path):
    caller = Caller(patience=2)
    request = requests.PublishedRequest(str(tmp_path / "store"), str(published), None)
    with pytest.raises(engine.Cancelled):
        handlers.execute(request, caller)
    assert len(caller.beats) == 2
