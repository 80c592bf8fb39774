import io
import shutil
import tracemalloc
from collections import namedtuple
from functools import partial

import numpy as np
import pytest
from PIL import Image

from mu2net_sidecar.data import DeviceSplit, HostSplit, ImageSet, Placements
from mu2net_sidecar.data.cache import (
    ImageFiles,
    _shard_writer,
    open_folder,
    open_images,
    write_images,
)
from mu2net_sidecar.data.images import CHUNK, LARGEST_SIDE, _parallel, decode_bytes, scale_down
from mu2net_sidecar.errors import SidecarError
from tests.data.test_placement import batches_of

DRAW = np.random.default_rng(0)


def encoded(pixels, form):
    stream = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(stream, form)
    return stream.getvalue()


FILES = [
    encoded(DRAW.integers(0, 256, (height, 5 + height % 4, channels), np.uint8), form)
    for height in range(4, 10)
    for channels in (1, 3)
    for form in ("png", "jpeg")
] + [encoded(DRAW.integers(0, 256, (3, 2 * LARGEST_SIDE, 3), np.uint8), "png")]


def decode(file):
    return scale_down(decode_bytes(file, "an image"))


def write(folder, files=FILES, limit=0, progress=lambda *_: None):
    """Writes two base splits in shards of a few images; a limit of 0 keeps the images as files."""
    splits = {
        name: ImageFiles(name, len(part), lambda part=part: iter(part))
        for name, part in (("train", files[:-5]), ("test", files[-5:]))
    }
    write_images(folder, {}, splits, decode, progress=progress, decoded_bytes=limit)
    return folder


def read(folder, split="train"):
    pixels = open_images(open_folder(folder), split, decode)
    return ImageSet.from_ragged(pixels, np.arange(len(pixels.places)))


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Returns folders of the same images, decoded and as files."""
    monkeypatch.setattr(_shard_writer, "SHARD_BYTES", 300)
    folders = write(tmp_path / "decoded", limit=10**9), write(tmp_path / "files")
    for folder in folders:
        assert len(list(folder.glob("train-*.bin"))) > 3
    return folders


def test_images_kept_as_files_are_those_that_were_decoded(folders):
    for split, files in (("train", FILES[:-5]), ("test", FILES[-5:])):
        decoded, as_files = (read(folder, split) for folder in folders)
        assert decoded.sizes.tolist() == as_files.sizes.tolist()
        for position, file in enumerate(files):
            expected = decode(file)
            height, width = as_files.sizes[position]
            assert (height, width) == expected.shape[:2]
            for images in (decoded, as_files):
                (canvas,) = images.pixels[np.array([position])]
                expected = np.broadcast_to(expected, (height, width, 3))
                np.testing.assert_array_equal(canvas[:height, :width], expected)
                assert not canvas[height:].any() and not canvas[:, width:].any()


def test_the_name_of_a_split_may_begin_with_that_of_another(tmp_path):
    splits = {
        name: ImageFiles(name, len(files), lambda files=files: iter(files))
        for name, files in (("train", FILES[:2]), ("train-more", FILES[2:5]))
    }
    write_images(tmp_path / "x", {}, splits, decode)
    for name, files in (("train", FILES[:2]), ("train-more", FILES[2:5])):
        images = read(tmp_path / "x", name)
        for position, (height, width) in enumerate(images.sizes):
            (canvas,) = images.pixels[np.array([position])]
            expected = np.broadcast_to(decode(files[position]), (height, width, canvas.shape[2]))
            np.testing.assert_array_equal(canvas[:height, :width], expected)


def test_batches_are_bit_equal_however_images_are_kept(folders):
    decoded, as_files = (
        ImageSet.concatenate([read(folder)[3:], read(folder, "test")[:2]]) for folder in folders
    )
    both = ImageSet.concatenate([read(folders[0])[3:], read(folders[1], "test")[:2]])
    splits = [HostSplit(decoded), HostSplit(as_files), DeviceSplit(as_files), HostSplit(both)]
    for expected, *others in zip(*map(batches_of, splits), strict=True):
        for each in others:
            for one, another in zip(expected, each, strict=True):
                np.testing.assert_array_equal(one, another)


def test_images_in_files_hold_no_memory_and_go_on_the_device_if_they_fit_decoded(folders):
    images = read(folders[1])
    assert images.host_nbytes == 0
    assert images.nbytes == len(images) * np.prod(images.pixels.canvas)
    for room, kind in ((images.nbytes - 1, HostSplit), (images.nbytes, DeviceSplit)):
        (split,) = Placements(room).place([images])
        assert isinstance(split, kind)


def total(files):
    return sum(decode(file).nbytes for file in files)


@pytest.mark.parametrize(
    ("limit", "free", "stage"),
    [
        (total(FILES), 10**9, "decode"),
        (total(FILES) - 1, 10**9, "check"),
        (10**9, 2 * total(FILES), "decode"),
        (10**9, 2 * total(FILES) - 2, "check"),
    ],
)
def test_what_is_too_large_decoded_stays_as_files(tmp_path, monkeypatch, limit, free, stage):
    usage = namedtuple("Usage", "total used free")(10**9, 0, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    told = []
    write(tmp_path / "x", limit=limit, progress=lambda *each: told.append(each))
    count = len(FILES) - 5
    assert told == [(stage, "train", count, count), (stage, "test", 5, 5)]
    assert (tmp_path / "x" / "train.files.npy").exists() == (stage == "check")


def test_the_size_is_estimated_from_the_first_images(tmp_path):
    small, large = (encoded(np.zeros((side, side, 1), np.uint8), "png") for side in (2, 20))
    files = [*[small] * CHUNK, *[large] * CHUNK, *[small] * 5]
    told = []
    write(tmp_path / "x", files, len(files) * 4, lambda *each: told.append(each))
    assert [stage for stage, *_ in told] == ["decode"] * 3


@pytest.mark.parametrize("limit", [0, 10**9])
@pytest.mark.parametrize(
    "damaged", [FILES[1][:-2], FILES[0][:-30], b""], ids=["jpeg", "png", "nothing"]
)
def test_a_damaged_image_is_refused_when_it_is_written(tmp_path, damaged, limit):
    # This image is not one of those from which the size is estimated.
    files = [*[FILES[1]] * CHUNK, damaged, *FILES]
    with pytest.raises(SidecarError) as caught:
        write(tmp_path / "x", files, limit)
    assert caught.value.code == "IMAGE_UNDECODABLE"
    assert list(tmp_path.iterdir()) == []


def test_an_image_file_that_changed_on_disk_is_refused_and_no_other(folders):
    _, folder = folders
    (shard,) = (each for each in folder.glob("train-*.bin") if FILES[1] in each.read_bytes())
    data = shard.read_bytes()
    last = data.index(FILES[1]) + len(FILES[1]) - 1
    shard.write_bytes(data[:last] + bytes([data[last] ^ 1]) + data[last + 1 :])
    images = read(folder)
    _ = images.pixels[np.array([0, 2, 3])]
    with pytest.raises(SidecarError, match="has other bytes in image 1 of 'train'") as caught:
        _ = images.pixels[np.array([0, 1])]
    assert caught.value.code == "DATA_CORRUPT"
    assert str(folder) in caught.value.message
    with pytest.raises(SidecarError, match="image 1 of 'train'"):
        list(batches_of(HostSplit(images)))


def test_an_index_that_changed_on_disk_is_refused(folders):
    _, folder = folders
    index = folder / "train.files.npy"
    data = index.read_bytes()
    index.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(SidecarError, match=r"train\.files\.npy has other bytes"):
        read(folder)


def peak(function):
    """Returns the most memory, in bytes, that is allocated while a function runs."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("limit", [0, 10**9])
def test_memory_does_not_grow_with_the_data_set(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(_parallel, "CHUNK", 32)
    file = encoded(DRAW.integers(0, 256, (64, 64, 3), np.uint8), "jpeg")

    def write_and_read(count):
        # Each image is a copy, like those of a reader.
        split = ImageFiles("x", count, lambda: (bytes(bytearray(file)) for _ in range(count)))
        folder = tmp_path / str(count)
        write_images(folder, {}, {"x": split}, decode, decoded_bytes=limit)
        batch = HostSplit(read(folder, "x")).gather(partial(np.full, 4), count)
        for position in range(0, count, 8):
            batch(position)

    few, many = 256, 1024
    more = peak(lambda: write_and_read(many)) - peak(lambda: write_and_read(few))
    # Only an image's size, place, length and checksum stay in memory.
    assert more < (many - few) * len(file) / 10
