"""Every description of data on the wire is translated to a value of the data room."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from mu2net_sidecar import data
from mu2net_sidecar.service.translate import augmentation_of, source_of, task_of
from mu2net_sidecar.wire import values

PATH = "/some/where"
COLUMNS = {"path": PATH, "image": "img", "label": "class"}
TFDS = {"directory": PATH, "name": "a/b", "version": "1.*.*", "image": "photo"}
SOURCES = [
    ({"kind": "digits"}, data.DigitsSource()),
    ({"kind": "folder", "path": PATH}, data.FolderSource(Path(PATH))),
    ({"kind": "npz", "path": PATH}, data.NpzSource(Path(PATH))),
    ({"kind": "webdataset", "path": PATH}, data.WebDatasetSource(Path(PATH))),
    ({"kind": "parquet", **COLUMNS}, data.ParquetSource(Path(PATH), "img", "class")),
    ({"kind": "huggingface", **COLUMNS}, data.HuggingFaceSource(Path(PATH), "img", "class")),
    (
        {"kind": "idx", "files": {s: {"images": f"{s}i", "labels": f"{s}l"} for s in "ab"}},
        data.IdxSource(tuple(data.IdxFiles(s, Path(f"{s}i"), Path(f"{s}l")) for s in "ab")),
    ),
    (
        {"kind": "tfds", **TFDS, "others": [], "label": {"kind": "key", "key": "k"}},
        data.TfdsSource(
            Path(PATH), data.TfdsDataset("a/b", "1.*.*"), (), "photo", data.FeatureLabel("k")
        ),
    ),
    (
        {
            "kind": "tfds",
            **TFDS,
            "others": [{"name": "c", "version": "2.0.0"}],
            "label": {"kind": "vtab", "task": "kitti/count_vehicles"},
        },
        data.TfdsSource(
            Path(PATH),
            data.TfdsDataset("a/b", "1.*.*"),
            (data.TfdsDataset("c", "2.0.0"),),
            "photo",
            data.VtabLabel("kitti/count_vehicles"),
        ),
    ),
]


@pytest.mark.parametrize(("wire", "expected"), SOURCES, ids=lambda it: str(it)[:20])
def test_sources(wire, expected):
    source = msgspec.convert(wire, values.Source)
    assert source_of(source) == expected
    assert hash(source_of(source)) == hash(expected)


def test_no_kind_is_left_out():
    kinds = {type(msgspec.convert(wire, values.Source)) for wire, _ in SOURCES}
    assert kinds == set(get_args(values.Source))
    assert {type(expected) for _, expected in SOURCES} == set(get_args(data.SourceSpec))


@pytest.mark.parametrize("num_classes", [None, 7])
def test_tasks(num_classes):
    splits = values.Splits(train="a[:1]", validation="b", test="c")
    task = values.Task("t", values.DigitsSource(), splits, num_classes)
    expected = data.Splits("a[:1]", "b", "c")
    assert task_of(task) == data.TaskSpec("t", data.DigitsSource(), expected, num_classes)


def test_every_field_of_an_augmentation_keeps_its_name_and_value():
    switches = {"normalise_first": False, "crop": True, "flip_left_right": False}
    names = [name for name in values.Augmentation.__struct_fields__ if name not in switches]
    numbers = {name: 0.01 * (1 + position) for position, name in enumerate(names)}
    augmentation = values.Augmentation(**switches, **numbers)
    assert augmentation_of(augmentation)._asdict() == msgspec.structs.asdict(augmentation)
