import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
        ({"images": GREY, "labels": np.array([0, 2**31 - 1, 1, 1])}, "DATA_LABEL", "example 1"),
        ({"images": GREY, "labels": np.array([0, 1, 1, 2**64 - 1], np.uint64)}, "DATA_LABEL", "18"),
        ({"images": GREY[:0], "labels": np.zeros(0, int)}, "DATA_EMPTY", "no labelled images"),
        ({"images": GREY, "labels": np.full(4, -1)}, "DATA_EMPTY", "no labelled images"),
        ({"images": GREY[:, :0], "labels": np.zeros(4, int)}, "DATA_CORRUPT", "shape (4, 0, 3)"),
        ({"x_" + "a" * 300: GREY, "y_a": GREY}, "DATA_CORRUPT", "has 300 characters"),
        ({f"a{i}": GREY for i in range(99)}, "DATA_MISSING", "a7 and 91 more"),
        ({f"a{i}": GREY[:1] for i in range(1001)}, "DATA_CORRUPT", "1001 entries"),
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


def archive_of(file, **arrays):
    np.savez(file, **arrays)
    return bytearray(file.read_bytes())


def central(data, name):
    """Returns where the entry of a member in the central directory begins."""
    return data.rindex(b"PK\1\2", 0, data.rindex(name))


@pytest.mark.parametrize(
    ("offset", "value", "said"),
    [(10, 99, "compression"), (10, 97, "compression"), (8, 1, "encrypted|password")],
)
def test_a_member_that_cannot_be_unpacked_is_named(tmp_path, offset, value, said):
    file = tmp_path / "data.npz"
    data = archive_of(file, images=GREY, labels=np.zeros(4, int))
    local = data.rindex(b"PK\3\4", 0, data.index(b"labels.npy"))
    data[central(data, b"labels.npy") + offset] = value
    data[local + offset - 2] = value
    file.write_bytes(data)
    with pytest.raises(SidecarError, match=f"data.npz is not a readable npz .*({said})") as caught:
        open_source(NpzSource(file))
    assert caught.value.code == "DATA_CORRUPT"


def header(shape, dtype="|u1"):
    text = repr({"descr": dtype, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (header((1 << 25, 1 << 12, 1)), "promises more than the"),
        (header((3, 1 << 70)), "promises more than the"),
        (header((1 << 70,)), "has 1180591620717411303424 examples"),
        (header((-4,)), "has -4 examples"),
        (b"\x93NUMPY\7\0", "version"),
        (header((4,), "|O") + b"x" * 99, "not a readable npz"),
        (b"", "not a readable npz"),
    ],
)
def test_a_header_is_believed_only_as_far_as_the_file_goes(tmp_path, content, said):
    file = tmp_path / "data.npz"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("images.npy", content)
        archive.writestr("labels.npy", content)
    with pytest.raises(SidecarError, match=said) as caught:
        open_source(NpzSource(file)).images("all")
    assert caught.value.code == "DATA_CORRUPT" and "data.npz" in caught.value.message


def test_a_bomb_is_refused(tmp_path):
    file = tmp_path / "data.npz"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("images.npy", "w") as stream:
            stream.write(header((300, 1 << 20, 1)))
            for _ in range(300):
                stream.write(bytes(1 << 20))
        with archive.open("labels.npy", "w") as stream:
            np.save(stream, np.zeros(300, int))
    opened = open_source(NpzSource(file))
    with pytest.raises(SidecarError, match=r"data\.npz: images would unpack") as caught:
        opened.images("all")
    assert caught.value.code == "DATA_CORRUPT"


@given(st.binary(max_size=20), st.integers(0, 900))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_one_error(tmp_path, patch, at):
    file = tmp_path / "data.npz"
    data = archive_of(file, images=GREY, labels=np.arange(4))
    data[at : at + len(patch)] = patch
    file.write_bytes(data)
    try:
        open_source(NpzSource(file)).images("all")
    except SidecarError as error:
        assert "data.npz" in error.message and error.message.isprintable()


def test_a_single_array_is_refused(tmp_path):
    np.save(tmp_path / "data.npy", GREY)
    with pytest.raises(SidecarError, match="single array"):
        open_source(NpzSource(tmp_path / "data.npy"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SidecarError, match="nowhere") as caught:
        open_source(NpzSource(tmp_path / "nowhere.npz"))
    assert caught.value.code == "DATA_MISSING"
