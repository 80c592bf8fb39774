import os
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from mu2net_sidecar.data import (
    DataCache,
    DigitsSource,
    FolderSource,
    NpzSource,
    Splits,
    TaskSpec,
    open_task,
)
from mu2net_sidecar.errors import SidecarError


def digits(train="all[:70%]", validation="all[70%:80%]", test="all[80%:]", classes=None):
    return TaskSpec("digits", DigitsSource(), Splits(train, validation, test), classes)


def npz(tmp_path, labels, name="data.npz"):
    np.savez(tmp_path / name, images=np.ones((len(labels), 2, 2), np.uint8), labels=labels)
    return NpzSource(tmp_path / name)


def test_digits():
    data = open_task(digits(), DataCache())
    assert data.num_classes == 10
    assert [len(split) for split in (data.train, data.validation, data.test)] == [1258, 180, 359]
    assert data.train.pixels.shape[1:] == (8, 8, 1)
    assert data.train.pixels.max() == 255
    assert data.train.labels[:10].tolist() == list(range(10))
    # The first row of the first digit is 0 0 5 13 9 1 0 0 of 16.
    assert data.train.pixels[0, 0, :, 0].tolist() == [0, 0, 80, 207, 143, 16, 0, 0]


def test_sums_of_slices():
    data = open_task(digits(train="all[:3]+all[-2:]"), DataCache())
    whole = open_task(digits(train="all"), DataCache()).train
    np.testing.assert_array_equal(data.train.pixels, whole.pixels[[0, 1, 2, -2, -1]])


def test_more_classes_than_labels_are_allowed():
    assert open_task(digits(classes=12), DataCache()).num_classes == 12


def test_classes_are_named_where_each_has_a_name(tmp_path):
    rose, other = (tmp_path / name for name in ("rose", os.fsdecode(b"\xff")))
    for folder in (rose, other):
        folder.mkdir()
        Image.new("L", (2, 2)).save(folder / "0.png")
    task = replace(digits(train="all"), source=FolderSource(tmp_path))
    assert open_task(task, DataCache()).class_names == ["rose", "?"]
    assert open_task(replace(task, num_classes=3), DataCache()).class_names is None
    assert open_task(digits(), DataCache()).class_names is None


def test_a_label_that_is_no_class_is_named(tmp_path):
    task = replace(digits(train="all", classes=3), source=npz(tmp_path, [0, 1, 2, 3, 1]))
    with pytest.raises(SidecarError) as caught:
        _ = open_task(task, DataCache()).train
    assert caught.value.code == "DATA_LABEL"
    for said in ("data.npz: labels", "label 3", "example 3", "0...2"):
        assert said in caught.value.message
    source = npz(tmp_path, [0, -1], "negative.npz")
    negative = replace(task, source=source, num_classes=None)
    with pytest.raises(SidecarError, match="label -1 of example 1"):
        _ = open_task(negative, DataCache()).train


@pytest.mark.parametrize("expression", ["all[:0]", "all[5:5]+all[7:2]"])
def test_an_empty_split_is_named(expression):
    with pytest.raises(SidecarError) as caught:
        _ = open_task(digits(validation=expression), DataCache()).validation
    assert caught.value.code == "DATA_EMPTY"
    assert f"task digits: split '{expression}'" in caught.value.message


def test_an_unknown_base_split_is_named():
    data = open_task(digits(test="test"), DataCache())
    with pytest.raises(SidecarError, match="base split 'test', but its source has only all"):
        _ = data.test


def test_tasks_of_one_source_share_its_images():
    cache = DataCache()
    one = open_task(digits(), cache)
    other = open_task(replace(digits(train="all", classes=10), name="other"), cache)
    assert np.shares_memory(one.train.pixels, other.train.pixels)


def test_the_least_recently_used_source_is_dropped_beyond_the_limit(tmp_path):
    cache = DataCache(limit_bytes=100)
    sources = [npz(tmp_path, [0] * 10, f"{i}.npz") for i in range(3)]
    opened = [cache.open(source) for source in sources]
    for source in opened:
        source.images("all")  # 40 bytes each
    assert cache.open(sources[0]) is opened[0]  # used again, so that 1 is the oldest
    assert cache.open(sources[2]) is opened[2]
    assert cache.open(sources[1]) is not opened[1]
