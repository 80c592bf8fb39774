import jax
import numpy as np
import pytest

from mu2net_sidecar.data import (
    DeviceSplit,
    HostSplit,
    ImageSet,
    Placements,
    TestBatches,
    TrainBatches,
    ValidationBatches,
)
from tests.data.test_augment import ALL


def images(count, seed=0):
    draw = np.random.default_rng(seed)
    pixels = draw.integers(0, 256, (count, 6, 7, 3), np.uint8)
    sizes = draw.integers(1, 7, (count, 2)).astype(np.int32)
    return ImageSet(pixels, sizes, draw.integers(0, 9, count).astype(np.int32))


def train_batches(split):
    return TrainBatches(split, batch_size=5, image_size=4, augmentation=ALL, data_seed=8)


def batches_of(split):
    train = train_batches(split)
    yield from (train.train_batch(step) for step in (0, 1, 2, 9, 3))
    yield from ValidationBatches(split, 3, 4, 4)
    yield from TestBatches(split, 5, 4)


def test_batches_are_bit_equal_wherever_the_images_lie():
    data = images(13)
    pairs = list(zip(batches_of(HostSplit(data)), batches_of(DeviceSplit(data)), strict=True))
    assert len(pairs) == 5 + 4 + 3
    for one, another in pairs:
        for host, device in zip(one, another, strict=True):
            assert isinstance(host, jax.Array) and isinstance(device, jax.Array)
            np.testing.assert_array_equal(host, device)


def test_a_device_split_sends_only_positions_to_the_device():
    train = train_batches(DeviceSplit(images(13)))
    train.train_batch(0)
    with jax.transfer_guard("disallow"):
        train.train_batch(1)


@pytest.mark.parametrize(
    ("limit", "on_device"), [(0, [False, False]), (1, [True, False]), (2, [True, True])]
)
def test_splits_are_placed_as_far_as_they_fit(limit, on_device):
    train, validation = images(4), images(4, seed=1)
    placed = Placements(limit * train.nbytes).place([train, validation])
    assert [isinstance(split, DeviceSplit) for split in placed] == on_device


def test_a_split_stays_until_another_needs_its_place():
    first, second, third, large = images(4), images(4), images(4), images(9)
    placements = Placements(2 * first.nbytes)
    kept = placements.place([first, second])
    assert placements.place([first, second]) == kept
    (new,) = placements.place([third])
    assert placements.place([second, third]) == [kept[1], new]
    assert isinstance(placements.place([large])[0], HostSplit)
    assert placements.place([second]) == [kept[1]]
    assert placements.place([first]) != [kept[0]]


def test_a_split_that_is_asked_for_twice_is_placed_once():
    data = images(4)
    one, another = Placements(data.nbytes).place([data, data])
    assert isinstance(one, DeviceSplit)
    assert one is another


def test_the_default_limit_leaves_room_for_models():
    (split,) = Placements().place([images(4)])
    assert isinstance(split, DeviceSplit)
