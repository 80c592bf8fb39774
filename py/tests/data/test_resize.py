import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mu2net_sidecar.data.augment import preprocess, preprocess_on_host, resize, whole_boxes
from tests.data import reference


def run(image, box, size):
    return np.asarray(resize(jnp.asarray(image)[None], jnp.array([box]), size))[0]


@settings(deadline=None, max_examples=30)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_equals_the_reference_on_any_box(data, seed):
    image = np.random.default_rng(seed).uniform(-1, 1, (9, 11, 3)).astype(np.float32)
    height, width = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 11))
    y, x = data.draw(st.integers(0, 9 - height)), data.draw(st.integers(0, 11 - width))
    size = data.draw(st.sampled_from([1, 4, 13]))
    expected = reference.resize(image[y : y + height, x : x + width], size)
    np.testing.assert_allclose(run(image, (y, x, height, width), size), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([1, 2], [1, 1.25, 1.75, 2]),  # grows
        ([0, 1, 2, 3, 4, 5, 6, 8], [0.5, 2.5, 4.5, 7]),  # halves: means of two neighbours
        ([0, 9, 0, 0, 9, 0, 0, 9, 0, 0, 9, 0], [9, 9, 9, 9]),  # thirds: no antialiasing
    ],
)
def test_values_known_from_tensorflow(row, expected):
    image = np.broadcast_to(np.array(row, np.float32)[None, :, None], (1, len(row), 1))
    out = run(image, (0, 0, 1, len(row)), 4)
    np.testing.assert_allclose(out[..., 0], np.broadcast_to(expected, (4, 4)), atol=1e-6)


def test_own_size_is_the_identity():
    image = np.random.default_rng(0).uniform(-1, 1, (6, 6, 3)).astype(np.float32)
    np.testing.assert_array_equal(run(image, (0, 0, 6, 6), 6), image)


def test_each_image_has_its_own_box_and_the_canvas_beyond_it_is_never_read():
    images = np.full((2, 8, 8, 1), np.nan, np.float32)
    images[0, :3, :5] = 1
    images[1, :7, :2] = 2
    out = resize(jnp.asarray(images), whole_boxes(jnp.array([[3, 5], [7, 2]])), 4)
    np.testing.assert_array_equal(out[0], np.ones((4, 4, 1)))
    np.testing.assert_array_equal(out[1], np.full((4, 4, 1), 2))


@settings(deadline=None, max_examples=20)
@given(
    dimensions=st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3])),
    size=st.sampled_from([1, 7, 16]),
    seed=st.integers(0, 1000),
)
def test_the_host_sees_an_image_as_the_device_does(dimensions, size, seed):
    image = np.random.default_rng(seed).integers(0, 256, dimensions, np.uint8)
    expected = preprocess(jnp.asarray(image)[None], jnp.array([dimensions[:2]]), size)[0]
    np.testing.assert_allclose(preprocess_on_host(image, size), expected, atol=2e-5)
