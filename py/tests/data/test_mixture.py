import jax
import numpy as np
import pytest

from mu2net_sidecar.data import (
    Augmentation,
    Distortion,
    HostSplit,
    ImageSet,
    MixedBatches,
    MixedTask,
)
from mu2net_sidecar.data.augment import distort
from mu2net_sidecar.data.pipeline._mixture import apportion

PLAIN = Augmentation(False, 1, 1, False, 0, 0, 0, 0)


def split_of(value, count):
    images = np.full((count, 8, 8, 1), value, np.uint8)
    return HostSplit(ImageSet.from_array(images, np.arange(count) % 2))


@pytest.mark.parametrize(
    ("sizes", "total", "shares"), [([10, 30], 8, [3, 5]), ([1, 1000], 4, [1, 3]), ([5], 7, [7])]
)
def test_shares_of_a_batch(sizes, total, shares):
    assert apportion(sizes, total) == shares


def test_mixes_tasks_and_counts_their_classes_one_after_the_other():
    tasks = [MixedTask(split_of(value, 20), split_of(value, 6), 2) for value in (0, 255)]
    batches = MixedBatches(
        tasks,
        batch_size=10,
        image_size=8,
        augmentation=PLAIN,
        distortion=Distortion(),
        seed=1,
        max_validation_examples=4,
    )
    images, labels = batches.train_batch(0)
    white = np.asarray(images).mean((1, 2, 3)) > 0
    assert np.array_equal(white, np.asarray(labels) >= 2) and white.sum() == 5
    (black_images, black_labels), *_ = batches.validation_batches()[0]
    (white_images, white_labels), *_ = batches.validation_batches()[1]
    assert len(black_labels) == 4 and set(np.asarray(black_labels)) == {0, 1}
    assert set(np.asarray(white_labels)) == {2, 3}
    assert np.asarray(black_images).max() < np.asarray(white_images).min()


def test_distortion_is_nothing_at_zero_and_keeps_values_in_range():
    images = np.random.default_rng(0).uniform(-1, 1, (4, 12, 12, 3)).astype(np.float32)
    key = jax.random.key(5)
    same = distort(key, images, Distortion(np.float32(0), np.float32(0)))
    np.testing.assert_allclose(same, images, atol=1e-5)
    strong = np.asarray(distort(key, images, Distortion(np.float32(1), np.float32(1))))
    assert np.abs(strong).max() <= 1.0 + 1e-5
    assert np.abs(strong - images).mean() > 0.1
