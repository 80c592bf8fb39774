from functools import partial

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mu2net_sidecar.data import (
    UNLABELLED,
    CohortBatches,
    HostSplit,
    ImageSet,
    TestBatches,
    TrainBatches,
    ValidationBatches,
)
from mu2net_sidecar.data.augment import preprocess
from mu2net_sidecar.data.pipeline import batch_order, permutation
from mu2net_sidecar.errors import SidecarError
from tests.data.test_augment import ALL, OFF


def images(count, side=5):
    pixels = np.random.default_rng(4).integers(0, 256, (count, side, side, 1), np.uint8)
    return ImageSet.from_array(pixels, np.arange(count))


def train_batches(images, batch_size, image_size, augmentation, seed):
    return TrainBatches(
        HostSplit(images),
        batch_size=batch_size,
        image_size=image_size,
        augmentation=augmentation,
        data_seed=seed,
    )


@settings(deadline=None)
@given(
    examples=st.integers(1, 40),
    batch_size=st.integers(1, 90),
    steps=st.integers(1, 8),
    seed=st.integers(0, 2**32 - 1),
)
def test_batches_cut_the_stream_of_epochs(examples, batch_size, steps, seed):
    epochs = partial(permutation, seed, examples)
    stream = np.concatenate([batch_order(epochs, examples, batch_size, s) for s in range(steps)])
    assert len(stream) == steps * batch_size
    for epoch in range(len(stream) // examples):
        part = stream[epoch * examples : (epoch + 1) * examples]
        np.testing.assert_array_equal(np.sort(part), np.arange(examples))


def test_orders_differ_by_epoch_and_seed_and_are_fixed_for_ever():
    first = permutation(7, 10, 0)
    assert first.tolist() != permutation(7, 10, 1).tolist() != permutation(8, 10, 1).tolist()
    assert first.tolist() == [8, 4, 1, 6, 3, 2, 7, 5, 9, 0]


@pytest.mark.claim("shared-batches")
def test_a_training_batch_is_a_function_of_seed_and_step():
    data = images(13)
    batches = train_batches(data, 4, 6, ALL, 2**32 - 1)
    first = [jax.device_get(batches.train_batch(step)) for step in range(5)]
    other = train_batches(data, 4, 6, ALL, 2**32 - 1)
    for step in (4, 0, 3):
        for one, another in zip(first[step], other.train_batch(step), strict=True):
            np.testing.assert_array_equal(one, another)
    x, y = first[0]
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((4, 6, 6, 3), np.float32, (4,), np.int32)
    reseeded = train_batches(data, 4, 6, ALL, 1).train_batch(0)
    assert not np.array_equal(x, reseeded[0])


def test_images_keep_their_labels():
    data = images(9)
    x, y = train_batches(data, 9, 5, OFF, 3).train_batch(0)
    np.testing.assert_array_equal(np.sort(y), np.arange(9))
    expected = preprocess(data.pixels[np.asarray(y)], data.sizes, 5)
    np.testing.assert_array_equal(x, expected)


def test_an_example_that_nothing_varies_looks_the_same_at_every_step():
    data = images(7, side=9)
    batches = train_batches(data, 4, 6, OFF, 3)
    assert len(batches) == 7
    expected = np.asarray(preprocess(data.pixels, data.sizes, 6))
    for step in range(6):
        x, y = batches.train_batch(step)
        np.testing.assert_array_equal(batches.examples(step), y)
        np.testing.assert_array_equal(x, expected[batches.examples(step)])


def test_augmentation_is_drawn_anew_at_every_step():
    data = images(1)
    batches = train_batches(data, 1, 5, ALL, 3)
    drawn = {np.asarray(batches.train_batch(step)[0]).tobytes() for step in range(6)}
    assert len(drawn) == 6


def test_validation_takes_the_first_examples_in_equal_batches():
    data = images(11)
    batches = ValidationBatches(HostSplit(data), batch_size=3, batches=3, image_size=5)
    for _ in range(2):
        seen = list(batches)
        assert [y.tolist() for _, y in seen] == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    np.testing.assert_array_equal(seen[1][0], preprocess(data.pixels[3:6], data.sizes[3:6], 5))


def test_validation_needs_its_examples():
    with pytest.raises(
        SidecarError, match="has 8 examples, fewer than the 3 batches of 3"
    ) as caught:
        ValidationBatches(HostSplit(images(8)), batch_size=3, batches=3, image_size=5)
    assert caught.value.code == "DATA_EMPTY"


@pytest.mark.parametrize("count", [1, 4, 10, 12])
def test_a_test_covers_the_whole_split_once(count):
    data = images(count)
    seen = list(TestBatches(HostSplit(data), batch_size=4, image_size=5))
    assert {(x.shape, y.shape) for x, y in seen} == {((4, 5, 5, 3), (4,))}
    labels = np.concatenate([y for _, y in seen])
    counted = labels != UNLABELLED
    np.testing.assert_array_equal(labels[counted], np.arange(count))
    pixels = np.concatenate([x for x, _ in seen])[counted]
    np.testing.assert_array_equal(pixels, preprocess(data.pixels, data.sizes, 5))


def test_a_cohort_gives_what_the_engine_asks_for():
    data = images(6)
    cohort = CohortBatches(
        train_batches(data, 2, 5, OFF, 1), ValidationBatches(HostSplit(data), 3, 2, 5)
    )
    np.testing.assert_array_equal(cohort.train_batch(1)[1], cohort.train.train_batch(1)[1])
    assert [len(y) for _, y in cohort.validation_batches()] == [3, 3]
