"""Images that fit in memory, and images that do not."""

import numpy as np
import pytest
from PIL import Image

from mu2net_sidecar.data import (
    FolderSource,
    HostSplit,
    HuggingFaceSource,
    ImageSet,
    ParquetSource,
    WebDatasetSource,
    open_source,
)
from mu2net_sidecar.data.images import _image_files, _parallel, load_image_files
from mu2net_sidecar.errors import SidecarError
from tests.data.test_placement import batches_of
from tests.data.test_shards import peak
from tests.data.test_webdataset import example, write

DRAW = np.random.default_rng(0)


def folder(root):
    for name in ("a", "b"):
        (root / name).mkdir(parents=True)
        for i in range(8):
            pixels = DRAW.integers(0, 256, (4 + i % 3, 5, 3), np.uint8)
            Image.fromarray(pixels).save(root / name / f"{i}.{('png', 'jpg')[i % 2]}")
    return FolderSource(root)


def webdataset(root):
    root.mkdir()
    for shard, part in enumerate(([0, 1, 2], [3, 4], [5, 6])):
        write(root / f"all-{shard}.tar", [member for i in part for member in example(i)])
    return WebDatasetSource(root)


def huggingface(root):
    pytest.importorskip("pyarrow")
    from tests.data.test_tables import save_to_disk

    save_to_disk(root, [0, 1, 2, 3, 4, 5, 6])
    return HuggingFaceSource(root, "img", "label")


def parquet(root):
    pq = pytest.importorskip("pyarrow.parquet")
    from tests.data.test_tables import table

    pq.write_table(table([0, 1, 2, 3, 4, 5, 6]), root.with_suffix(".parquet"))
    return ParquetSource(root.with_suffix(".parquet"), "img", "label")


def read(source):
    (split,) = open_source(source).base_splits.values()
    return split.read()


@pytest.mark.parametrize("make", [folder, webdataset, huggingface, parquet])
def test_batches_are_bit_equal_whether_images_are_held_or_not(tmp_path, monkeypatch, make):
    source = make(tmp_path / "data")
    held = read(source)
    nbytes = held.host_nbytes
    assert nbytes == held.pixels.dimensions.prod(axis=1).sum()
    monkeypatch.setattr(_image_files, "HELD_BYTES", nbytes)
    assert read(source).host_nbytes == nbytes
    monkeypatch.setattr(_image_files, "HELD_BYTES", nbytes - 1)
    files = read(source)
    assert files.host_nbytes == 0
    twice = [HostSplit(ImageSet.concatenate([images, images])) for images in (held, files)]
    for one, another in zip(*map(batches_of, twice), strict=True):
        for expected, actual in zip(one, another, strict=True):
            np.testing.assert_array_equal(expected, actual)


def test_a_damaged_image_is_refused_before_it_is_asked_for(tmp_path, monkeypatch):
    source = folder(tmp_path)
    (tmp_path / "b" / "7.jpg").write_bytes((tmp_path / "b" / "7.jpg").read_bytes()[:-2])
    monkeypatch.setattr(_image_files, "HELD_BYTES", 0)
    with pytest.raises(SidecarError, match=r"b/7\.jpg") as caught:
        read(source)
    assert caught.value.code == "IMAGE_UNDECODABLE"


def test_an_image_that_changes_meanwhile_is_refused(tmp_path, monkeypatch):
    source = folder(tmp_path)
    monkeypatch.setattr(_image_files, "HELD_BYTES", 0)
    images = read(source)
    Image.new("RGB", (5, 1)).save(tmp_path / "a" / "0.png")
    with pytest.raises(SidecarError, match=r"a/0\.png: image \d+ has changed") as caught:
        np.asarray(images.pixels)
    assert caught.value.code == "DATA_CORRUPT"


def test_images_beyond_the_limit_leave_the_memory(monkeypatch):
    pixels, count = np.zeros((50, 50, 3), np.uint8), 1000
    monkeypatch.setattr(_image_files, "HELD_BYTES", count * pixels.nbytes // 20)
    monkeypatch.setattr(_parallel, "CHUNK", 32)

    def read_all():
        load_image_files(range(count), lambda _: pixels.copy(), np.zeros(count, int), str)

    assert peak(read_all) < count * pixels.nbytes / 5
