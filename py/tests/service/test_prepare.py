import json
import shutil

import msgspec
import pytest

from mu2net_sidecar.data.shards import DECODED_BYTES
from mu2net_sidecar.service.command import main
from mu2net_sidecar.service.handlers import Handlers
from mu2net_sidecar.wire import requests, values
from tests.service.test_handlers import Caller

tfds = pytest.importorskip("tensorflow_datasets")
from tests.data.prepare import encoded, prepare  # noqa: E402
from tests.data.test_tfds import IMAGE, LABEL, PIXELS, source  # noqa: E402


@pytest.fixture
def directory(tmp_path):
    examples = [{"image": encoded(pixels), "label": i % 4} for i, pixels in enumerate(PIXELS)]
    prepare(tmp_path, {"train": examples}, {"image": IMAGE, "label": LABEL}, shards=1)
    return tmp_path


def run(capsys, *arguments):
    status = main(["prepare", *map(str, arguments)])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_progress_is_told_in_words_once(directory, capsys):
    command = ("shapes:1.*.*", "--directory", directory)
    assert run(capsys, *command) == (
        0,
        "decode shapes train: 23 of 23\nlabel shapes train: 23 of 23\nready: 4 classes, train 23\n",
        "",
    )
    assert run(capsys, *command) == (0, "ready: 4 classes, train 23\n", "")


def test_progress_is_told_in_json(directory, capsys):
    wire = json.dumps({**source(directory), "label": {"kind": "key", "key": "label"}})
    status, out, _ = run(capsys, wire, "--json")
    assert (status, [json.loads(line) for line in out.splitlines()]) == (
        0,
        [
            {"stage": "decode", "what": "shapes train", "done": 23, "total": 23},
            {"stage": "label", "what": "shapes train", "done": 23, "total": 23},
            {"stage": "ready", "numClasses": 4, "examples": {"train": 23}},
        ],
    )


def test_the_limit_of_a_worker_is_the_default(capsys):
    with pytest.raises(SystemExit):
        main(["prepare", "--help"])
    assert f"(default: {DECODED_BYTES / 1e9:g})" in capsys.readouterr().out


def test_a_child_is_the_same_however_images_are_kept(
    directory, tmp_path_factory, capsys, train_request, architecture, url
):
    (child,) = train_request.children
    everything = [
        msgspec.structs.replace(component, trainable=True) for component in child.components
    ]
    children = [msgspec.structs.replace(child, components=everything)]
    outcomes = []
    for stage, limit in (("decode", 50), ("check", 0)):
        place = tmp_path_factory.mktemp(stage)
        shutil.copytree(directory / "shapes", place / "shapes")
        command = ("shapes:1.*.*", "--directory", place, "--decoded-limit", limit)
        assert run(capsys, *command)[1].startswith(f"{stage} shapes train: 23 of 23\n")
        task = values.Task(
            name="shapes",
            source=msgspec.convert(source(place), values.TfdsSource),
            splits=values.Splits(train="train[:15]", validation="train[-8:]", test="train"),
            num_classes=10,
        )
        request = msgspec.structs.replace(
            train_request, task=task, budget=values.Budget(4, 5, 2, 4, 2), children=children
        )
        handlers = Handlers()
        (trained,) = handlers.execute(request, Caller()).measurements
        path = [requests.EvaluatedComponent(each.name, each.params) for each in trained.components]
        tallies = [
            handlers.execute(
                requests.EvaluateRequest(url, task, split, architecture, path, 4), Caller()
            )
            for split in ("train", "validation", "test")
        ]
        assert [each.total for each in tallies] == [15, 8, 23]
        outcomes.append((trained.qualities, path, tallies))
    assert outcomes[0] == outcomes[1]


def test_what_goes_wrong_is_one_line(directory, capsys):
    next((directory / "shapes" / "1.2.3").glob("*record*")).unlink()
    status, _, err = run(capsys, "shapes", "--directory", directory)
    assert status == 1 and err.count("\n") == 1 and "prepare its data set again" in err
    status, out, _ = run(capsys, "shapes", "--directory", directory, "--json")
    assert status == 1
    failed = json.loads(out)
    assert (failed["stage"], failed["code"]) == ("failed", "DATA_MISSING")


def test_a_data_set_that_nobody_knows_is_told(tmp_path, capsys):
    status, _, err = run(capsys, "no_such_data_set:1.0.0", "--directory", tmp_path)
    assert status == 1 and err.count("\n") == 1
    assert "install" in err or "no_such_data_set:1.0.0" in err


def test_a_source_of_another_shape_is_refused(capsys):
    with pytest.raises(SystemExit) as exited:
        main(["prepare", '{"kind": "tfds", "name": "x"}'])
    assert exited.value.code == 2
    assert "missing required field" in capsys.readouterr().err
