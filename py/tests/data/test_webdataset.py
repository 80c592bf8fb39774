import io
import tarfile

import numpy as np
import pytest
from PIL import Image

from mu2net_sidecar.data import WebDatasetSource, open_source
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
        ([("0.cls", b"cat"), ("0.png", b"")], "has the class b'cat' for '0'"),
    ],
)
def test_an_example_is_one_image_and_one_label(tmp_path, members, said):
    write(tmp_path / "x-0.tar", members)
    with pytest.raises(SidecarError, match=said) as caught:
        open_shards(tmp_path)
    assert caught.value.code == "DATA_CORRUPT"
    assert str(tmp_path / "x-0.tar") in caught.value.message


def test_a_damaged_image_is_named(tmp_path):
    write(tmp_path / "x-0.tar", [("7.cls", b"0"), ("7.png", png(PIXELS[0])[:-40])])
    with pytest.raises(SidecarError, match=r"7\.png of .*x-0\.tar") as caught:
        open_shards(tmp_path).images("x")
    assert caught.value.code == "IMAGE_UNDECODABLE"


@pytest.mark.parametrize(
    ("damage", "said"),
    [(lambda data: b"<html>" * 200, "not a readable tar"), (lambda data: data[:700], "tar")],
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
