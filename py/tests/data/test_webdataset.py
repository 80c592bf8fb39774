import io
import tarfile
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mu2net_sidecar.data import WebDatasetSource, open_source
from mu2net_sidecar.data.labels import _classes
from mu2net_sidecar.errors import SidecarError

DRAW = np.random.default_rng(0)
PIXELS = [DRAW.integers(0, 256, (3 + i % 2, 5, 3), np.uint8) for i in range(7)]


def png(pixels):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "png")
    return stream.getvalue()


def write(file, members):
    with tarfile.open(file, "w") as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def example(index, folder=""):
    name = f"{folder}{index:06d}"
    return [
        (f"{name}.cls", str(index % 3).encode()),
        (f"{name}.json", b"{}"),
        (f"{name}.PNG", png(PIXELS[index])),
    ]


def open_shards(path):
    return open_source(WebDatasetSource(path))


def test_shards_of_a_split_are_read_in_order(tmp_path):
    write(tmp_path / "train-000000.tar", [m for i in (0, 1, 2) for m in example(i)])
    write(tmp_path / "train-000001.tar", [m for i in (3, 4) for m in example(i, "a/b.c/")])
    write(tmp_path / "my_val_7.tar", example(5))
    opened = open_shards(tmp_path)
    assert opened.num_classes == 3
    assert set(opened.base_splits) == {"train", "my_val"}
    images = opened.images("train")
    assert images.labels.tolist() == [0, 1, 2, 0, 1]
    for canvas, pixels in zip(np.asarray(images.pixels), PIXELS[:5], strict=True):
        np.testing.assert_array_equal(canvas[: len(pixels)], pixels)
    assert "000004.PNG" in opened.base_splits["train"].locate(4)


def test_shards_without_a_name_are_all(tmp_path):
    write(tmp_path / "00000.tar", example(1))
    assert set(open_shards(tmp_path).base_splits) == {"all"}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (example(0)[:1], "0 images and 1 labels"),
        (example(0)[2:], "1 images and 0 labels"),
        ([*example(0), ("000000.jpg", b"")], "2 images"),
    ],
)
def test_an_example_is_one_image_and_one_label(tmp_path, members, said):
    write(tmp_path / "x-0.tar", members)
    with pytest.raises(SidecarError, match=said) as caught:
        open_shards(tmp_path)
    assert caught.value.code == "DATA_CORRUPT"
    assert str(tmp_path / "x-0.tar") in caught.value.message


@pytest.mark.parametrize(
    "label", [b"cat", b"", b"1.5", b"1048576", b"2147483647", b"1099511627776", b"9" * 4000]
)
def test_a_label_is_the_number_of_a_class(tmp_path, label):
    write(tmp_path / "x-0.tar", [*example(0), ("1.cls", label), ("1.png", png(PIXELS[0]))])
    with pytest.raises(SidecarError, match=r"x-0\.tar: '1' has the label '") as caught:
        open_shards(tmp_path)
    assert caught.value.code == "DATA_LABEL"
    assert label[:40].decode() in caught.value.message and len(caught.value.message) < 400


def test_a_large_file_is_not_read_as_a_label(tmp_path):
    write(tmp_path / "x-0.tar", [("1.cls", b"1" * (64 << 20)), ("1.png", png(PIXELS[0]))])
    tracemalloc.start()
    try:
        with pytest.raises(SidecarError, match="has the label"):
            open_shards(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_shards_without_examples_are_empty(tmp_path):
    write(tmp_path / "x-0.tar", [])
    with pytest.raises(SidecarError, match="has no labelled images") as caught:
        open_shards(tmp_path)
    assert caught.value.code == "DATA_EMPTY"


def test_too_many_examples_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_classes, "LARGEST_EXAMPLE_COUNT", 2)
    write(tmp_path / "x-0.tar", [*example(0), *example(1)])
    assert open_shards(tmp_path).facts.base_splits == {"x": 2}
    write(tmp_path / "x-1.tar", example(2))
    with pytest.raises(SidecarError, match=r"x-1\.tar has 3 examples") as caught:
        open_shards(tmp_path)
    assert caught.value.code == "DATA_CORRUPT"


@pytest.mark.parametrize("size", [-512, -1024, -(1 << 40), 1 << 40, 1 << 80])
def test_a_member_of_an_impossible_size_is_refused(tmp_path, size):
    file = tmp_path / "x-0.tar"
    write(file, [*example(0), *example(1)])
    data = bytearray(file.read_bytes())
    # The size of the last image, in base 256, which allows what octal digits do not.
    start = data.index(b"000001.PNG")
    data[start + 124 : start + 136] = (size % (1 << 96) | 1 << 95).to_bytes(12, "big")
    field = bytes(data[start : start + 148]) + b" " * 8 + bytes(data[start + 156 : start + 512])
    data[start + 148 : start + 156] = b"%06o\0 " % sum(field)
    file.write_bytes(data)
    with pytest.raises(SidecarError, match=r"x-0\.tar") as caught:
        open_shards(tmp_path)
    assert caught.value.code == "DATA_CORRUPT"


@given(st.binary(max_size=40), st.integers(0, 3000))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_of_a_shard_is_one_error(tmp_path, patch, at):
    file = tmp_path / "x-0.tar"
    write(file, [*example(0), *example(1)])
    data = bytearray(file.read_bytes())
    data[at : at + len(patch)] = patch
    file.write_bytes(data)
    try:
        open_shards(tmp_path).images("x")
    except SidecarError as error:
        assert "x-0.tar" in error.message and error.message.isprintable()


def test_a_name_of_a_split_is_text(tmp_path):
    try:
        write(tmp_path / "\udcff-0.tar", example(0))
    except (OSError, UnicodeEncodeError):
        pytest.skip("file names are Unicode here")
    with pytest.raises(SidecarError, match="not plain text"):
        open_shards(tmp_path)


def test_a_damaged_image_is_named(tmp_path):
    write(tmp_path / "x-0.tar", [("7.cls", b"0"), ("7.png", png(PIXELS[0])[:-40])])
    with pytest.raises(SidecarError, match=r"7\.png of .*x-0\.tar") as caught:
        open_shards(tmp_path).images("x")
    assert caught.value.code == "IMAGE_UNDECODABLE"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: b"<html>" * 200, "not a readable tar"),
        (lambda data: data[:700], "tar"),
        (lambda data: data[:1024] + b"\1" * 512 + data[1536:], "damaged between its members"),
    ],
)
def test_a_damaged_shard_is_named(tmp_path, damage, said):
    file = tmp_path / "x-0.tar"
    write(file, example(0))
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(SidecarError, match=said) as caught:
        open_shards(tmp_path).images("x")
    assert "x-0.tar" in caught.value.message


def test_a_folder_without_shards_is_named(tmp_path):
    with pytest.raises(SidecarError, match="no shards") as caught:
        open_shards(tmp_path)
    assert caught.value.code == "DATA_MISSING"
