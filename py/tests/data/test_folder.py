import hashlib

import numpy as np
import pytest
from PIL import Image

from mu2net_sidecar.data import FolderSource, open_source
from mu2net_sidecar.errors import SidecarError


def write(path, value=100, size=(4, 3), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value if mode == "L" else (value, 0, 255 - value)).save(path)


def open_folder(root):
    return open_source(FolderSource(root))


def test_class_folders_form_one_split(tmp_path):
    for i in range(6):
        write(tmp_path / "rose" / f"{i}.png", value=10 + i)
        write(tmp_path / "daisy" / "deep" / f"{i}.PNG", value=20 + i, size=(2, 5))
    write(tmp_path / "rose" / ".hidden.png")
    (tmp_path / "rose" / "notes.txt").write_text("not an image")
    (tmp_path / ".cache" / "x").mkdir(parents=True)
    opened = open_folder(tmp_path)
    images = opened.images("all")
    assert (opened.num_classes, list(opened.base_splits)) == (2, ["all"])
    assert opened.class_names == ["daisy", "rose"]
    paths = [f"rose/{i}.png" for i in range(6)] + [f"daisy/deep/{i}.PNG" for i in range(6)]
    paths.sort(key=lambda path: hashlib.sha256(path.encode()).hexdigest())
    assert images.labels.tolist() == [int(path.startswith("rose")) for path in paths]
    assert images.pixels.shape == (12, 5, 4, 3)
    for path, pixels, (height, width) in zip(
        paths, np.asarray(images.pixels), images.sizes, strict=True
    ):
        value = (10 if path.startswith("rose") else 20) + int(path[-5])
        assert (height, width) == ((3, 4) if path.startswith("rose") else (5, 2))
        assert (pixels[:height, :width] == (value, 0, 255 - value)).all()
        assert not pixels[height:].any() and not pixels[:, width:].any()


def test_split_folders_share_their_classes(tmp_path):
    for split, names in {"train": "abc", "val": "c", "test": "ab"}.items():
        for name in names:
            write(tmp_path / split / name / "0.jpg", mode="L")
    write(tmp_path / "other" / "z" / "0.jpg")
    opened = open_folder(tmp_path)
    assert (list(opened.base_splits), opened.num_classes) == (["train", "val", "test"], 3)
    assert opened.class_names == ["a", "b", "c"]
    assert opened.images("val").labels.tolist() == [2]
    assert sorted(opened.images("test").labels.tolist()) == [0, 1]
    assert opened.images("train").pixels.shape == (3, 3, 4, 1)


def test_a_class_may_be_called_test(tmp_path):
    for name in ("test", "train"):
        write(tmp_path / name / "0.png")
    assert list(open_folder(tmp_path).base_splits) == ["all"]


def test_grey_and_rgb_images_mix(tmp_path):
    write(tmp_path / "a" / "grey.png", value=7, mode="L")
    write(tmp_path / "b" / "rgb.png", value=9)
    images = open_folder(tmp_path).images("all")
    by_label = dict(zip(images.labels.tolist(), np.asarray(images.pixels), strict=True))
    assert (by_label[0] == 7).all() and (by_label[1] == (9, 0, 246)).all()


def test_an_image_that_does_not_decode_is_named(tmp_path):
    write(tmp_path / "a" / "good.png")
    write(tmp_path / "b" / "broken.png", size=(64, 64))
    file = tmp_path / "b" / "broken.png"
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(SidecarError) as caught:
        open_folder(tmp_path).images("all")
    assert caught.value.code == "IMAGE_UNDECODABLE"
    assert str(file) in caught.value.message


@pytest.mark.parametrize("missing", ["b has no folder", "b has an empty folder"])
def test_a_class_that_cannot_be_learnt_is_named(tmp_path, missing):
    write(tmp_path / "train" / "a" / "0.png")
    write(tmp_path / "test" / "b" / "0.png")
    if "empty" in missing:
        (tmp_path / "train" / "b").mkdir()
    with pytest.raises(SidecarError, match="class 'b' has no images in") as caught:
        open_folder(tmp_path)
    assert caught.value.code == "DATA_MISSING"
    assert str(tmp_path / "train" / "b") in caught.value.message


def test_a_root_without_class_folders_is_named(tmp_path):
    write(tmp_path / "0.png")
    with pytest.raises(SidecarError, match="has no class folders"):
        open_folder(tmp_path)
    with pytest.raises(SidecarError, match="nowhere") as caught:
        open_folder(tmp_path / "nowhere")
    assert caught.value.code == "DATA_MISSING"


def test_images_of_unlike_sizes_take_no_more_memory_than_their_pixels(tmp_path):
    for name, size in {"wide": (900, 2), "high": (3, 800)}.items():
        (tmp_path / name).mkdir()
        Image.new("L", size).save(tmp_path / name / "0.png")
    images = open_folder(tmp_path).images("all")
    assert images.pixels.shape == (2, 800, 900, 1)
    assert images.host_nbytes == 900 * 2 + 3 * 800
