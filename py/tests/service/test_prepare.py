import json
import shutil
import signal
import subprocess
import sys
import time

import msgspec
import numpy as np
import pytest

from mu2net_sidecar.data import DECODED_BYTES
from mu2net_sidecar.service import main
from mu2net_sidecar.service.handlers import Handlers
from mu2net_sidecar.wire import requests, values
from tests.data.prepared import encoded, write_prepared
from tests.service.test_handlers import Caller

DRAW = np.random.default_rng(0)
BUILDER = """
import io

import numpy as np
import tensorflow_datasets as tfds
from PIL import Image


class Builder(tfds.core.GeneratorBasedBuilder):
    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        label = tfds.features.ClassLabel(num_classes=2)
        features = tfds.features.FeaturesDict({"image": tfds.features.Image(), "label": label})
        return self.dataset_info_from_configs(features=features)

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples()}

    def _generate_examples(self):
        print("what a builder prints is no result")
        for i in range(6):
            stream = io.BytesIO()
            Image.fromarray(np.full((3, 3), i, np.uint8)).save(stream, "png")
            stream.seek(0)
            yield i, {"image": stream, "label": i % 2}
"""


def source(directory, **more):
    return {
        "kind": "tfds",
        "directory": str(directory),
        "name": "shapes",
        "version": "1.*.*",
        "others": [],
        "image": "image",
        "label": {"kind": "key", "key": "label"},
        **more,
    }


@pytest.fixture
def directory(tmp_path):
    pixels = [DRAW.integers(0, 256, (4 + i % 3, 5, 3), np.uint8) for i in range(23)]
    examples = [(encoded(each), i % 4) for i, each in enumerate(pixels)]
    write_prepared(tmp_path / "shapes" / "1.2.3", {"train": examples}, 4)
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
    wire = json.dumps(source(directory))
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
        path = [
            requests.EvaluatedComponent(each.name, each.params_digest)
            for each in trained.components
        ]
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
    assert (
        status == 1
        and err.count("\n") == 1
        and "remove its folder and prepare its data set again" in err
    )
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


def test_a_builder_of_ones_own_is_found_by_its_file_or_folder(tmp_path, capsys):
    pytest.importorskip("array_record")
    pytest.importorskip("importlib_resources")
    pytest.importorskip("tensorflow_datasets")
    folder = tmp_path / "code" / "own_shapes"
    folder.mkdir(parents=True)
    file = folder / "own_shapes_dataset_builder.py"
    file.write_text(BUILDER)
    ready = {"stage": "ready", "numClasses": 2, "examples": {"train": 6}}
    for data, builder in (("a", folder), ("b", file)):
        # A builder can register itself only once in a process.
        wire = json.dumps(source(tmp_path / data, name="own_shapes"))
        command = ["-m", "mu2net_sidecar", "prepare", wire, "--json", "--builder", str(builder)]
        said = subprocess.run([sys.executable, *command], capture_output=True, text=True)
        lines = [json.loads(line) for line in said.stdout.splitlines()]
        assert [line["stage"] for line in lines] == [
            "prepare",
            "decode",
            "label",
            "ready",
        ], said.stderr
        assert lines[-1] == ready
    status, _, err = run(capsys, "own_shapes", "--directory", tmp_path, "--builder", tmp_path)
    assert status == 1
    assert "there is no builder" in err


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing_half_made(directory, number):
    folder = directory / "shapes" / "1.2.3"
    file = next(folder.glob("*.tfrecord-*"))
    # So many examples that decoding them takes much longer than to notice that it has begun.
    file.write_bytes(file.read_bytes() * 10_000)
    info = folder / "dataset_info.json"
    info.write_text(info.read_text().replace('["23"]', f'["{23 * 10_000}"]'))
    wire = json.dumps(source(directory))
    command = [sys.executable, "-m", "mu2net_sidecar", "prepare", wire, "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as program:
        while not list(folder.glob("mu2net-images-*.tmp")):
            assert program.poll() is None
            time.sleep(0.01)
        program.send_signal(number)
        status = program.wait(20)
        assert (status, program.stderr.read()) == (130, "")
    assert not list(folder.glob("mu2net-*"))
