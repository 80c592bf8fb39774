import numpy as np
import pytest

from mu2net_sidecar.data import NpzSource, open_source
from mu2net_sidecar.errors import SidecarError

GREY = np.arange(4 * 2 * 3, dtype=np.uint8).reshape(4, 2, 3)
RGB = np.arange(2 * 2 * 3 * 3, dtype=np.uint8).reshape(2, 2, 3, 3)


@pytest.fixture
def archive(tmp_path):
    def write(**arrays):
        np.savez(tmp_path / "data.npz", **arrays)
        return open_source(NpzSource(tmp_path / "data.npz"))

    return write


def test_splits_by_name(archive):
    opened = archive(
        x_train=GREY, y_train=np.array([0, 1, 6, 1]), x_test=RGB, y_test=np.array([[2], [3]])
    )
    assert (list(opened.base_splits), opened.num_classes) == (["train", "test"], 7)
    np.testing.assert_array_equal(opened.images("train").pixels[..., 0], GREY)
    np.testing.assert_array_equal(opened.images("test").pixels, RGB)
    assert opened.images("test").labels.tolist() == [2, 3]
    assert opened.images("test").labels.dtype == np.int32


def test_images_and_labels_are_all(archive):
    opened = archive(images=RGB, labels=np.array([1, 0], np.uint8))
    assert list(opened.base_splits) == ["all"]
    np.testing.assert_array_equal(opened.images("all").pixels, RGB)


@pytest.mark.parametrize(
    ("arrays", "code", "said"),
    [
        ({"x_train": GREY}, "DATA_MISSING", "no array 'y_train'"),
        ({"a": GREY}, "DATA_MISSING", "has the arrays a"),
        ({"images": GREY / 255, "labels": np.zeros(4, int)}, "DATA_CORRUPT", "images is float64"),
        ({"images": GREY[0], "labels": np.zeros(2, int)}, "DATA_CORRUPT", "shape (2, 3)"),
        ({"images": RGB[..., :2], "labels": np.zeros(2, int)}, "DATA_CORRUPT", "(2, 2, 3, 2)"),
        ({"images": GREY, "labels": np.zeros(3, int)}, "DATA_CORRUPT", "3 labels for the 4"),
        ({"images": GREY, "labels": np.zeros(4)}, "DATA_CORRUPT", "labels is float64"),
        ({"images": GREY, "labels": np.array([None] * 4)}, "DATA_CORRUPT", "not a readable npz"),
        ({"images": GREY, "labels": np.array([0, 2**40, 1, 1])}, "DATA_LABEL", "1099511627776"),
    ],
)
def test_a_wrong_array_is_named(archive, arrays, code, said):
    with pytest.raises(SidecarError) as caught:
        archive(**arrays).images("all")
    assert caught.value.code == code
    assert "data.npz" in caught.value.message and said in caught.value.message


@pytest.mark.parametrize("keep", [0, 10, 400, -10])
def test_a_truncated_archive_is_named(tmp_path, keep):
    file = tmp_path / "data.npz"
    np.savez_compressed(file, images=GREY, labels=np.zeros(4, int))
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(SidecarError, match=r"data\.npz is not a readable npz") as caught:
        open_source(NpzSource(file))
    assert caught.value.code == "DATA_CORRUPT"


def test_a_flipped_bit_is_noticed(tmp_path):
    file = tmp_path / "data.npz"
    np.savez(file, images=GREY, labels=np.zeros(4, int))
    data = bytearray(file.read_bytes())
    data[data.index(GREY.tobytes()) + 5] ^= 1
    file.write_bytes(data)
    with pytest.raises(SidecarError, match=r"data\.npz") as caught:
        open_source(NpzSource(file)).images("all")
    assert caught.value.code == "DATA_CORRUPT"


def test_a_single_array_is_refused(tmp_path):
    np.save(tmp_path / "data.npy", GREY)
    with pytest.raises(SidecarError, match="single array"):
        open_source(NpzSource(tmp_path / "data.npy"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SidecarError, match="nowhere") as caught:
        open_source(NpzSource(tmp_path / "nowhere.npz"))
    assert caught.value.code == "DATA_MISSING"
