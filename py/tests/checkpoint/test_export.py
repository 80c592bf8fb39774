"""Exported models have the same predictions as the system."""

import dataclasses
import json
import os
import sys

import jax
import numpy as np
import onnx
import onnxruntime
import pytest
from jax import export

from mu2net_sidecar import engine
from mu2net_sidecar.checkpoint import export_model, read_model
from mu2net_sidecar.data import (
    DataCache,
    DigitsSource,
    HostSplit,
    Splits,
    TaskSpec,
    TestBatches,
    open_task,
)
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import KINDS, Architecture, initialise, kind_of
from tests.checkpoint import weights

ARCHITECTURE = Architecture(8, 64, 128, 2, 32, 5, 4)
PLAIN = ["embedding", "cls", "posembed_input", "encoderblock_0", "encoderblock_1"]
PLAIN += ["encoder_norm", "head"]
ADAPTED = [*PLAIN[:4], "residual_adapter_1", *PLAIN[4:]]


def model_of(names, architecture=ARCHITECTURE):
    random = np.random.RandomState(3)
    return {
        name: {
            param: (array + 0.1 * random.standard_normal(array.shape)).astype(np.float32)
            for param, array in initialise(name, architecture, 1).items()
        }
        for name in names
    }


IMAGES = weights.images_of(ARCHITECTURE.image_size, 3)
names = pytest.mark.parametrize("names", [PLAIN, ADAPTED], ids=["plain", "adapted"])


@names
@pytest.mark.parametrize("format", ["timm", "transformers"])
def test_the_library_computes_the_same_logits(names, format, tmp_path):
    model = model_of(names)
    files = export_model(
        model, ARCHITECTURE, tmp_path / "out", format=format, labels=["a", "b", "c", "d", "e"]
    )
    assert sorted(files) == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert ("adapters.py" in files) == (names is ADAPTED)
    np.save(tmp_path / "images.npy", IMAGES)
    weights.run_reference(
        "exported", tmp_path / "out", tmp_path / "images.npy", tmp_path / "logits.npy"
    )
    logits = np.load(tmp_path / "logits.npy")
    np.testing.assert_allclose(logits, weights.logits_of(model, IMAGES), rtol=0, atol=1e-4)


def run_onnx(file, images):
    (logits,) = onnxruntime.InferenceSession(file).run(["logits"], {"images": images})
    return logits


@pytest.mark.parametrize("format", ["stablehlo", "onnx", "timm", "transformers"])
def test_predictions_on_a_test_set_are_those_of_the_system(format, tmp_path):
    splits = Splits("all[:70%]", "all[70%:80%]", "all[80%:]")
    dataset = open_task(TaskSpec("digits", DigitsSource(), splits), DataCache())
    batches = list(TestBatches(HostSplit(dataset.test), 64, ARCHITECTURE.image_size))
    architecture = dataclasses.replace(ARCHITECTURE, num_classes=10)
    model = model_of(ADAPTED, architecture)
    components = [engine.PathComponent(name, load=lambda p=p: p) for name, p in model.items()]
    evaluation = engine.evaluate(engine.Engine(), components, 10, batches)
    assert evaluation.tally.total == 359
    images, labels = (np.concatenate(each) for each in zip(*batches, strict=True))
    file, *_ = export_model(model, architecture, tmp_path / "out", format=format, labels=[])
    if format == "stablehlo":
        program = export.deserialize(bytearray((tmp_path / "out" / file).read_bytes()))
        logits = program.call(images)
    elif format == "onnx":
        logits = run_onnx(tmp_path / "out" / file, images)
        np.testing.assert_allclose(logits, weights.logits_of(model, images), rtol=0, atol=1e-5)
    else:
        files = [tmp_path / "images.npy", tmp_path / "logits.npy"]
        np.save(files[0], images)
        weights.run_reference("exported", tmp_path / "out", *files)
        logits = np.load(files[1])
    correct = (np.argmax(logits, axis=-1) == labels)[:359]
    assert np.packbits(correct).tobytes() == evaluation.outcomes


@pytest.mark.parametrize("format", ["timm", "transformers", "augreg"])
def test_an_exported_model_is_read_again(format, tmp_path):
    model = model_of(PLAIN)
    file, *_ = export_model(model, ARCHITECTURE, tmp_path, format=format, labels=[])
    read = read_model(tmp_path / file, ARCHITECTURE, depth=2).components
    assert read.keys() == model.keys()
    for name, params in model.items():
        for param, array in params.items():
            np.testing.assert_array_equal(read[name][param], array)


@pytest.mark.parametrize("format", ["timm", "transformers", "augreg", "stablehlo", "onnx"])
def test_exported_files_have_the_permissions_that_the_umask_leaves(format, tmp_path):
    mask = os.umask(0o022)
    try:
        files = export_model(model_of(ADAPTED), ARCHITECTURE, tmp_path, format=format, labels=[])
    finally:
        os.umask(mask)
    assert {(tmp_path / file).stat().st_mode & 0o777 for file in files} == {0o644}


def test_augreg_keeps_adapters_where_the_papers_have_them(tmp_path):
    export_model(model_of(ADAPTED), ARCHITECTURE, tmp_path, format="augreg", labels=[])
    with np.load(tmp_path / "model.npz") as file:
        assert "Transformer/residual_adapter_1/Dense_0/kernel" in file.files


@names
def test_stablehlo_loads_for_any_number_of_images(names, tmp_path):
    model = model_of(names)
    file, config = export_model(model, ARCHITECTURE, tmp_path, format="stablehlo", labels=["a"])
    program = export.deserialize(bytearray((tmp_path / file).read_bytes()))
    assert {"cpu", "cuda", "tpu"} == set(program.platforms)
    for count in (1, 3):
        logits = program.call(jax.numpy.asarray(IMAGES[:count]))
        expected = weights.logits_of(model, IMAGES[:count])
        np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-5)
    facts = json.loads((tmp_path / config).read_text())
    assert facts["input"]["shape"] == ["batch", 32, 32, 3]
    assert facts["labels"] == ["a"]


@pytest.mark.parametrize(
    ("names", "image_size"), [(PLAIN, 32), (ADAPTED, 35)], ids=["plain", "adapted, a remainder"]
)
def test_onnx_runs_for_any_number_of_images(names, image_size, tmp_path):
    architecture = dataclasses.replace(ARCHITECTURE, image_size=image_size)
    model, images = model_of(names, architecture), weights.images_of(image_size, 3)
    file, config = export_model(model, architecture, tmp_path, format="onnx", labels=["a", "é"])
    expected = weights.logits_of(model, images)
    for count in (1, 3):
        logits = run_onnx(tmp_path / file, images[:count])
        np.testing.assert_allclose(logits, expected[:count], rtol=0, atol=1e-5)
    graph = onnx.load(tmp_path / file)
    onnx.checker.check_model(graph, full_check=True)
    about = {prop.key: json.loads(prop.value) for prop in graph.metadata_props}
    assert about["input"]["shape"] == ["batch", image_size, image_size, 3]
    assert about["input"]["range"] == [-1, 1]
    assert about["labels"] == ["a", "é"]
    facts = json.loads((tmp_path / config).read_text())
    assert about == {key: value for key, value in facts.items() if key != "call"}


def test_onnx_has_a_form_for_every_kind_of_component():
    assert {kind_of(name).name for name in ADAPTED} == set(KINDS)


def test_onnx_says_how_to_install_what_it_needs(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(SidecarError) as caught:
        export_model(model_of(PLAIN), ARCHITECTURE, tmp_path, format="onnx", labels=[])
    assert caught.value.code == "PYTHON_MISSING"
    assert caught.value.message.startswith(
        "ONNX's format needs onnx, which is not installed; install it with "
        "'npx mu2net setup --extras onnx'"
    )
