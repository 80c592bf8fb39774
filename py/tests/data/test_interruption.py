"""Whoever waits for data may give up."""

import gzip
import shutil
import struct
import threading
import time

import numpy as np
import pytest

from mu2net_sidecar.data import (
    IdxFiles,
    IdxSource,
    NpzSource,
    interruptible,
    open_source,
)
from mu2net_sidecar.data._interruption import check_interruption
from mu2net_sidecar.data.files import _file
from mu2net_sidecar.data.images import _image_files, parallel_map
from tests.data.test_image_files import folder, huggingface, parquet, webdataset


class Stop(Exception):  # noqa: N818
    """Ends the work."""


class Patience:
    """Ends the work at the check after `limit` others."""

    def __init__(self, limit):
        self.limit = limit
        self.checks = 0

    def __call__(self):
        self.checks += 1
        if self.checks > self.limit:
            raise Stop


def idx(root):
    root.mkdir()
    (root / "labels").write_bytes(struct.pack(">4B1I", 0, 0, 8, 1, 16) + bytes(16))
    images = struct.pack(">4B3I", 0, 0, 8, 3, 16, 4, 4) + bytes(256)
    (root / "images").write_bytes(gzip.compress(images))
    return IdxSource((IdxFiles("train", root / "images", root / "labels"),))


def npz(root):
    np.savez(root.with_suffix(".npz"), images=np.zeros((16, 4, 4), np.uint8), labels=np.arange(16))
    return NpzSource(root.with_suffix(".npz"))


def tfds(root):
    prepared = pytest.importorskip("tests.data.prepared")
    from mu2net_sidecar.data import FeatureLabel, TfdsDataset, TfdsSource

    image = prepared.encoded(np.zeros((2, 2), np.uint8))
    prepared.write_prepared(root / "x/1.0.0", {"train": [(image, i) for i in range(16)]}, 16)
    return TfdsSource(root, TfdsDataset("x", "1.0.0"), (), "image", FeatureLabel("label"))


def read(source):
    opened = open_source(source)
    for name in opened.base_splits:
        np.asarray(opened.images(name).pixels)


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("make", [folder, webdataset, huggingface, parquet, idx, npz, tfds])
def test_every_source_can_be_left_between_any_two_images(tmp_path, monkeypatch, make, held):
    monkeypatch.setattr(_file, "_CHUNK_BYTES", 16)
    monkeypatch.setattr(np.lib.format, "BUFFER_SIZE", 16)
    monkeypatch.setattr(_image_files, "HELD_BYTES", 1 << 30 if held else 0)
    source = make(tmp_path / "data")
    patience = Patience(10**9)
    with interruptible(patience):
        read(source)
    assert patience.checks >= 7, "a check for each image or piece"
    for limit in range(0, patience.checks, max(patience.checks // 9, 1)):
        for cache in tmp_path.rglob("mu2net-*"):
            shutil.rmtree(cache)
        with pytest.raises(Stop), interruptible(Patience(limit)):
            read(source)
        assert not list(tmp_path.rglob("*.tmp"))
    read(source)


def test_only_the_body_can_be_left():
    with pytest.raises(Stop), interruptible(Patience(0)):
        check_interruption()
    check_interruption()


def test_the_rest_of_a_chunk_is_not_waited_for():
    done, release = [], threading.Event()

    def work(item):
        release.wait(0.01 if item else 0)
        done.append(item)

    with pytest.raises(Stop), interruptible(Patience(0)):
        list(parallel_map(work, range(512)))
    assert len(done) < 512
    before = len(done)
    time.sleep(0.1)
    assert len(done) == before, "no thread goes on"
