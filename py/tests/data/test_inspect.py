"""The facts of a source are read from its labels and headers, without decoding an image."""

import gzip
import shutil
import struct

import numpy as np
import pytest
from PIL import Image

from mu2net_sidecar.data import (
    DigitsSource,
    FeatureLabel,
    FolderSource,
    HuggingFaceSource,
    IdxFiles,
    IdxSource,
    NpzSource,
    ParquetSource,
    TfdsDataset,
    TfdsSource,
    VtabLabel,
    WebDatasetSource,
    inspect_source,
    open_source,
)
from mu2net_sidecar.data.images import _decode
from mu2net_sidecar.errors import SidecarError
from tests.data.test_webdataset import example, write


@pytest.fixture
def no_decoding(monkeypatch):
    def refuse(*_):
        raise AssertionError("an image was decoded")

    monkeypatch.setattr(_decode, "_open_image", refuse)


def digits(root):
    return DigitsSource(), (10, None, {"all": 1797})


def folder(root):
    for path in ("train/rose/0.png", "train/daisy/0.png", "train/daisy/1.png", "test/rose/0.png"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (2, 2)).save(root / path)
    return FolderSource(root), (2, ("daisy", "rose"), {"train": 3, "test": 1})


def idx(root):
    labels = struct.pack(">4B1I", 0, 0, 8, 1, 3) + bytes([4, 0, 1])
    (root / "labels.gz").write_bytes(gzip.compress(labels))
    files = IdxFiles("train", root / "images.gz", root / "labels.gz")
    return IdxSource((files,)), (5, None, {"train": 3})


def npz(root):
    images = {"x_train": np.zeros((3, 2, 2), np.uint8), "x_test": np.zeros((1, 2, 2), np.uint8)}
    np.savez(root / "data.npz", **images, y_train=[0, 1, 2], y_test=[6])
    return NpzSource(root / "data.npz"), (7, None, {"train": 3, "test": 1})


def webdataset(root):
    write(root / "train-0.tar", [*example(0), *example(1)])
    write(root / "train-1.tar", example(2))
    write(root / "test.tar", example(1))
    return WebDatasetSource(root), (3, None, {"test": 1, "train": 3})


def parquet(root):
    pq = pytest.importorskip("pyarrow.parquet")
    from tests.data.test_tables import table

    pq.write_table(table([0, 1, 2, 3]), root / "train.parquet")
    return ParquetSource(root, "img", "label"), (3, None, {"train": 4})


def huggingface(root):
    pytest.importorskip("pyarrow")
    from tests.data.test_tables import save_to_disk

    save_to_disk(root / "x", [0, 1, 2])
    source = HuggingFaceSource(root / "x", "img", "label")
    return source, (4, ("a", "b", "c", "d"), {"all": 3})


def tfds(root, label=FeatureLabel("label"), images=(b"no image", b"no image")):  # noqa: B008
    prepared = pytest.importorskip("tests.data.prepared")
    for name, count in (("shapes/1.2.3", 3), ("more/a/1.0.0", 2)):
        examples = [(images[i % 2], i) for i in range(count)]
        prepared.write_prepared(root / name, {"train": examples, "test": examples[:1]}, 5)
    others = (TfdsDataset("more/a", "1.*.*"),)
    source = TfdsSource(root, TfdsDataset("shapes", "1.2.3"), others, "image", label)
    return source, (5, None, {"train": 3, "test": 1, "more/a:train": 2, "more/a:test": 1})


KINDS = [digits, folder, idx, npz, webdataset, parquet, huggingface, tfds]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("no_decoding")
def test_facts_need_no_image(tmp_path, kind):
    source, (num_classes, class_names, base_splits) = kind(tmp_path)
    facts = inspect_source(source)
    assert (facts.num_classes, facts.class_names) == (num_classes, class_names)
    assert facts.base_splits == base_splits
    assert not list(tmp_path.rglob("mu2net-*"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (idx, tfds)])
def test_an_opened_source_states_the_same_facts_as_its_images(tmp_path, kind):
    source, _ = kind(tmp_path)
    opened = open_source(source)
    assert opened.facts == inspect_source(source)
    counts = {name: len(opened.images(name)) for name in opened.base_splits}
    assert counts == opened.facts.base_splits


def test_prepared_data_state_the_same_facts_before_and_after_they_are_written(tmp_path):
    prepared = pytest.importorskip("tests.data.prepared")
    images = [prepared.encoded(np.zeros((2, 2), np.uint8))] * 2
    source, _ = tfds(tmp_path, images=images)
    before = inspect_source(source)
    assert open_source(source).facts == before == inspect_source(source)
    for file in tmp_path.rglob("*tfrecord*"):
        file.unlink()
    assert inspect_source(source) == before


@pytest.mark.usefixtures("no_decoding")
def test_classes_of_plain_numbers_are_counted_from_the_labels(tmp_path):
    source, _ = tfds(tmp_path)
    features = tmp_path / "shapes" / "1.2.3" / "features.json"
    features.write_text(features.read_text().replace('"classLabel"', '"tensor"'))
    assert inspect_source(source).num_classes == 3
    assert [file.name[:14] for file in tmp_path.rglob("mu2net-*")] == ["mu2net-labels-"]


def test_damage_that_a_header_shows_is_named(tmp_path):
    source, _ = tfds(tmp_path)
    file = next((tmp_path / "shapes" / "1.2.3").glob("*-train.tfrecord-*"))
    file.write_bytes(b"")
    with pytest.raises(SidecarError, match="is missing or empty") as caught:
        inspect_source(source)
    assert caught.value.code == "DATA_MISSING" and str(file) in caught.value.message
    shutil.rmtree(tmp_path / "more")
    with pytest.raises(SidecarError, match=r"no prepared version 1\.\*\.\*"):
        inspect_source(source)
    source, _ = tfds(tmp_path / "other", VtabLabel("kitti/count_vehicles"))
    with pytest.raises(SidecarError, match="no feature 'objects/type'"):
        inspect_source(source)
