from collections import Counter

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mu2net_sidecar.data.augment import random_boxes
from tests.data import reference

DRAWS = 40_000


def draw(height, width, area_min, aspect_min, draws=DRAWS, seed=0):
    sizes = jnp.broadcast_to(jnp.array([height, width]), (draws, 2))
    boxes = jax.jit(random_boxes)(jax.random.key(seed), sizes, area_min, aspect_min)
    return np.asarray(boxes)


@pytest.mark.parametrize(
    ("height", "width", "area_min", "aspect_min"),
    [(28, 28, 0.05, 0.75), (40, 25, 0.5, 0.5), (7, 64, 0.2, 0.25), (32, 32, 0.95, 0.5)],
)
@pytest.mark.claim("augmentation")
def test_boxes_keep_to_their_bounds(height, width, area_min, aspect_min):
    y, x, h, w = draw(height, width, area_min, aspect_min, draws=5000).T
    assert (y >= 0).all() and (x >= 0).all() and (h > 0).all() and (w > 0).all()
    assert (y + h <= height).all() and (x + w <= width).all()
    assert (h * w >= np.float32(area_min) * height * width).all()
    drawn = (h < height) | (w < width)
    # The width is the rounded product of height and ratio, which limits the ratio's precision.
    assert ((w + 0.5) / h >= aspect_min)[drawn].all()
    assert ((w - 0.5) / h <= 1 / aspect_min)[drawn].all()


@pytest.mark.parametrize(
    ("height", "width", "area_min", "aspect_min"),
    [
        (9, 9, 0.1, 0.75),
        (12, 7, 0.3, 0.5),
        (5, 14, 0.05, 0.25),
    ],
)
def test_sizes_are_distributed_as_by_tensorflows_kernel(height, width, area_min, aspect_min):
    expected = Counter()
    grid = 4000
    ratios = aspect_min + (1 / aspect_min - aspect_min) * (np.arange(grid) + 0.5) / grid
    for ratio in ratios:
        sizes = reference.crop_sizes(height, width, area_min, ratio)
        for size in sizes:
            expected[size] += 1 / len(sizes)
    del expected[None]
    total = sum(expected.values())
    drawn = Counter((int(h), int(w)) for _, _, h, w in draw(height, width, area_min, aspect_min))
    assert set(drawn) <= set(expected)
    for size, weight in expected.items():
        p = weight / total
        assert abs(drawn[size] / DRAWS - p) < 5 * np.sqrt(p / DRAWS) + 2 / grid, size


def test_places_are_uniform():
    boxes = draw(20, 20, 0.05, 0.75)
    for offset, length in ((boxes[:, 0], boxes[:, 2]), (boxes[:, 1], boxes[:, 3])):
        places = offset[length == 12]
        counts = np.bincount(places, minlength=8)
        # Uniform over [0, 20 - 12): the kernel's range excludes the last place.
        assert len(counts) == 8
        p = 1 / 8
        assert (abs(counts / len(places) - p) < 5 * np.sqrt(p / len(places))).all()


def test_an_image_is_left_whole_when_no_attempt_fits():
    boxes = draw(4, 400, 0.9, 0.9, draws=50)
    np.testing.assert_array_equal(boxes, np.broadcast_to([0, 0, 4, 400], (50, 4)))


def test_each_image_is_cropped_within_its_own_size():
    sizes = jnp.array([[3, 50], [50, 3], [10, 10]] * 200)
    y, x, h, w = np.asarray(random_boxes(jax.random.key(3), sizes, 0.05, 0.05)).T
    assert (y + h <= sizes[:, 0]).all() and (x + w <= sizes[:, 1]).all()
    assert len(set(zip(y.tolist(), x.tolist(), h.tolist(), w.tolist(), strict=True))) > 300
