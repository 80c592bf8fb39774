"""Data sets that TensorFlow Datasets writes, and that are read without it."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from mu2net_sidecar.data import (
    DataCache,
    FeatureLabel,
    Splits,
    TaskSpec,
    TfdsDataset,
    TfdsSource,
    VtabLabel,
    open_source,
    open_task,
)
from mu2net_sidecar.data.tfds import read_records
from mu2net_sidecar.errors import SidecarError

tfds = pytest.importorskip("tensorflow_datasets")
from tests.data.prepare import as_tfrecords, prepare  # noqa: E402
from tests.data.prepared import encoded, write_prepared  # noqa: E402

IMAGE, LABEL = tfds.features.Image(), tfds.features.ClassLabel(num_classes=4)
BOXES = tfds.features.Sequence(
    {
        "type": tfds.features.ClassLabel(num_classes=8),
        "location": tfds.features.Tensor(shape=(3,), dtype=np.float32),
    }
)
DRAW = np.random.default_rng(0)
PIXELS = [DRAW.integers(0, 256, (4 + i % 3, 5, 3), np.uint8) for i in range(23)]


def box(kind, distance):
    return {"type": kind, "location": np.array([1, 2, distance], np.float32)}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Returns a directory with `shapes/1.2.3`, whose splits are train (20) and test (3)."""
    directory = tmp_path_factory.mktemp("tfds")
    examples = [
        {
            "image": encoded(pixels),
            "label": i % 4,
            "shape/id": i % 3,
            "objects": [box(i % 5, 4.0 + i)] * (i % 3),
        }
        for i, pixels in enumerate(PIXELS)
    ]
    features = {
        "image": IMAGE,
        "label": LABEL,
        "shape/id": tfds.features.Scalar(dtype=np.int64),
        "objects": BOXES,
    }
    prepare(directory, {"train": examples[:20], "test": examples[20:]}, features)
    return directory


@pytest.fixture(params=["array_record", "tfrecord"])
def directory(request, prepared, tmp_path):
    """Returns a copy that a test can damage, in either format."""
    folder = tmp_path / "shapes" / "1.2.3"
    shutil.copytree(
        prepared / "shapes" / "1.2.3", folder, ignore=shutil.ignore_patterns("mu2net-*")
    )
    if request.param == "tfrecord":
        as_tfrecords(folder, read_records)
    return tmp_path


def source(directory, name="shapes", version="1.*.*", **more):
    values = {"others": (), "image": "image", "label": FeatureLabel("label"), **more}
    return TfdsSource(directory, TfdsDataset(name, version), **values)


def contents(images):
    """(label, pixels) of each image, in order."""
    canvases = np.asarray(images.pixels)
    return [
        (int(label), canvas[:h, :w].tobytes())
        for label, canvas, (h, w) in zip(images.labels, canvases, images.sizes, strict=True)
    ]


def as_tensorflow_datasets_reads(directory, split):
    data = tfds.builder_from_directory(str(directory / "shapes" / "1.2.3")).as_data_source(split)
    return [(int(each["label"]), each["image"].tobytes()) for each in data]


def test_examples_are_those_that_tensorflow_datasets_gives(directory, prepared):
    opened = open_source(source(directory))
    assert opened.num_classes == 4
    for split, count in (("train", 20), ("test", 3)):
        found = contents(opened.images(split))
        assert len(found) == count
        assert found == as_tensorflow_datasets_reads(prepared, split)


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [
        ("train[20%:]", "train[:20%]", "test"),
        ("train[:7]+test[-2:]", "train[-15%:]", "test[:50%]+train[50%:]"),
    ],
)
def test_slices_are_those_of_tensorflow_datasets(prepared, train, validation, test):
    splits = Splits(train, validation, test)
    dataset = open_task(TaskSpec("t", source(prepared), splits, 4), DataCache())
    for name, expression in vars(splits).items():
        found = contents(getattr(dataset, name))
        assert found == as_tensorflow_datasets_reads(prepared, expression), name


def test_labels_may_be_another_feature_or_derived(prepared):
    def labels(label):
        opened = open_source(source(prepared, label=label))
        return opened.num_classes, opened.images("train").labels.tolist()

    ids = [pixels for _, pixels in contents(open_source(source(prepared)).images("train"))]
    order = [[p.tobytes() for p in PIXELS].index(each) for each in ids]
    assert labels(FeatureLabel("shape/id")) == (3, [i % 3 for i in order])
    derived = VtabLabel("kitti/count_vehicles")
    assert open_source(source(prepared, label=derived)).class_names is None
    vehicles = [(i % 3) * (i % 5 < 3) for i in order]
    assert labels(VtabLabel("kitti/count_vehicles")) == (4, vehicles)
    near = [
        4 if i % 3 == 0 else int(np.searchsorted([5.6, 8.4, 13.4, 23.4], 4.0 + i)) for i in order
    ]
    assert labels(VtabLabel("kitti/closest_object_distance")) == (5, near)
    # Images are decoded once, even if they have several kinds of labels.
    assert len(list((prepared / "shapes" / "1.2.3").glob("mu2net-images-*"))) == 1


def test_classes_have_the_names_that_tensorflow_datasets_knows(tmp_path):
    def named(*names):
        return tfds.features.ClassLabel(names=names)

    features = {
        "image": IMAGE,
        "label": named("Rose", "Gänseblümchen", "tulip tree"),
        "colour/of petals": named("red", "white"),
        "leaf": {"shape/outline": named("round", "long")},
        "count": LABEL,
    }
    example = {
        "image": encoded(PIXELS[0]),
        "label": 1,
        "colour/of petals": 0,
        "leaf": {"shape/outline": 1},
        "count": 3,
    }
    folder = prepare(tmp_path, {"train": [example]}, features, shards=1)
    info = tfds.builder_from_directory(str(folder)).info.features

    def names(label):
        return open_source(source(tmp_path, label=label)).class_names

    for key in ("label", "colour/of petals"):
        assert names(FeatureLabel(key)) == info[key].names
    leaf = FeatureLabel("leaf/shape/outline")
    assert names(leaf) == info["leaf"]["shape/outline"].names == ["round", "long"]
    assert names(FeatureLabel("count")) is None


def test_another_data_set_gives_further_splits(prepared, tmp_path):
    examples = [{"image": encoded(PIXELS[i]), "label": i % 4} for i in range(4)]
    prepare(prepared, {"test": examples}, {"image": IMAGE, "label": LABEL}, name="Other")
    both = source(prepared, others=(TfdsDataset("other", "1.2.3"),))
    opened = open_source(both)
    assert set(opened.base_splits) == {"train", "test", "other:test"}
    assert len(opened.images("other:test")) == 4
    task = TaskSpec("t", both, Splits("train", "other:test[:50%]", "test"))
    assert len(open_task(task, DataCache()).validation) == 2


def test_the_latest_version_that_is_prepared_is_taken(prepared, tmp_path):
    for version in ("1.9.0", "1.10.0", "2.0.0", "1.99.0.incomplete"):
        (tmp_path / "shapes" / version).mkdir(parents=True)
    for version in ("1.9.0", "1.10.0", "2.0.0"):
        for name in ("dataset_info.json", "features.json"):
            text = (prepared / "shapes" / "1.2.3" / name).read_text()
            (tmp_path / "shapes" / version / name).write_text(text)
    with pytest.raises(SidecarError, match=r"shapes/1\.10\.0/"):
        open_source(source(tmp_path))


@pytest.mark.parametrize("directory", ["tfrecord"], indirect=True)
def test_decoded_images_need_no_records_and_no_optional_package(directory):
    before = contents(open_source(source(directory)).images("train"))
    for file in (directory / "shapes" / "1.2.3").glob("*record-*"):
        file.unlink()
    script = f"""
import sys
from pathlib import *
from mu2net_sidecar.data import *
images = open_source({source(directory)!r}).images("train")
images.pixels[:]
heavy = {{"tensorflow", "tensorflow_datasets", "array_record", "google_crc32c"}} & set(sys.modules)
print(len(images), sorted(heavy))
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert said.stdout == "20 []\n", said.stderr
    assert contents(open_source(source(directory)).images("train")) == before


def test_caches_that_were_written_before_keep_their_place_and_form(tmp_path):
    """The names contain a digest of the facts; a changed name would make all caches stale."""
    examples = [(encoded(PIXELS[i]), i) for i in range(3)]
    folder = tmp_path / "shapes" / "1.2.3"
    write_prepared(folder, {"train": examples, "test": examples[:1]}, 4)
    open_source(source(tmp_path))
    facts, files = {}, {}
    for each in folder.glob("mu2net-*"):
        facts[each.name] = json.loads((each / "manifest.json").read_text())["facts"]
        files[each.name] = sorted(file.name for file in each.iterdir())
    images, labels = "mu2net-images-a62092710b21", "mu2net-labels-2b2c7891e36d"
    both = {"name": "shapes", "version": "1.2.3"}
    assert facts == {
        images: {**both, "image": "image", "scale": 1, "largestSide": 1024},
        labels: {**both, "label": {"kind": "key", "key": "label"}, "numClasses": 4},
    }
    shards = ["test-00000.bin", "test.sizes.npy", "train-00000.bin", "train.sizes.npy"]
    assert files == {
        images: ["manifest.json", *shards],
        labels: ["manifest.json", "test.npy", "train.npy"],
    }


def folder_of(directory, what):
    (folder,) = (directory / "shapes" / "1.2.3").glob(f"mu2net-{what}-*")
    return folder


def spoil_pixels(directory):
    file = folder_of(directory, "images") / "train-00000.bin"
    data = bytearray(file.read_bytes())
    data[7] ^= 1
    file.write_bytes(data)


def spoil_labels(directory):
    file = folder_of(directory, "labels") / "train.npy"
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def spoil_counts(directory):
    for what in ("images", "labels"):
        manifest = folder_of(directory, what) / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"size": ', '"size": 1'))


def spoil_manifest(directory):
    (folder_of(directory, "images") / "manifest.json").write_text("{}")


def remove_shard(directory):
    (folder_of(directory, "images") / "train-00000.bin").unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_pixels, "train-00000.bin has other bytes"),
        (spoil_labels, "train.npy has other bytes"),
        (spoil_counts, "disagrees with its manifest"),
        (spoil_manifest, "has no readable manifest"),
        (remove_shard, "train-00000.bin is missing"),
    ],
)
def test_what_disagrees_with_its_manifest_is_refused(directory, spoil, said):
    open_source(source(directory))
    spoil(directory)
    with pytest.raises(SidecarError, match=said) as caught:
        np.asarray(open_source(source(directory)).images("train").pixels)
    assert caught.value.code == "DATA_CORRUPT"
    assert "delete it, and it is written again" in caught.value.message
    assert str(directory) in caught.value.message


def remove_record_file(folder):
    next(folder.glob("shapes-train.*-00001-of-00002")).unlink()


def shorten_record_file(folder):
    file = next(folder.glob("shapes-train.*-00001-of-00002"))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def say_more_examples(folder):
    info = json.loads((folder / "dataset_info.json").read_text())
    (train,) = (split for split in info["splits"] if split["name"] == "train")
    train["shardLengths"][0] = str(int(train["shardLengths"][0]) + 1)
    (folder / "dataset_info.json").write_text(json.dumps(info))


def damage_info(folder):
    (folder / "dataset_info.json").write_text("{")


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        (remove_record_file, "DATA_MISSING", "-00001-of-00002"),
        (shorten_record_file, "DATA_CORRUPT", "-00001-of-00002"),
        (say_more_examples, "DATA_CORRUPT", "dataset_info.json says 11"),
        (damage_info, "DATA_CORRUPT", "dataset_info.json is not what"),
    ],
)
def test_a_damaged_data_set_is_refused_and_leaves_nothing(directory, spoil, code, said):
    folder = directory / "shapes" / "1.2.3"
    spoil(folder)
    with pytest.raises(SidecarError, match=said) as caught:
        open_source(source(directory))
    assert caught.value.code == code
    assert not list(folder.glob("mu2net-*"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": "absent"}, "prepare absent:1.*.* --directory"),
        ({"version": "7.0.0"}, "no prepared version 7.0.0"),
        ({"image": "label"}, "'label' of shapes is not an image"),
        ({"image": "photo"}, "no feature 'photo', only image, label, objects, shape/id"),
        ({"label": FeatureLabel("class")}, "no feature 'class'"),
        ({"label": VtabLabel("clevr/count_cylinders")}, "no feature 'shape'"),
    ],
)
def test_what_is_not_there_is_told(prepared, more, said):
    with pytest.raises(SidecarError) as caught:
        open_source(source(prepared, **more))
    assert said in caught.value.message
    assert "\n" not in caught.value.message


def test_images_that_do_not_decode_name_their_data_set(tmp_path):
    examples = [{"image": encoded(PIXELS[0])[:-30], "label": 0}]
    prepare(tmp_path, {"train": examples}, {"image": IMAGE, "label": LABEL}, shards=1)
    with pytest.raises(SidecarError, match="shapes") as caught:
        open_source(source(tmp_path))
    assert caught.value.code == "IMAGE_UNDECODABLE"
