import jax.numpy as jnp
import numpy as np
import pytest

from mu2net_sidecar.data import augment
from tests.data import reference

RNG = np.random.default_rng(1)
IMAGES = RNG.uniform(-1, 1, (3, 6, 5, 3)).astype(np.float32)
IMAGES[0, 0, 0] = (0.3, 0.3, 0.3)  # grey
IMAGES[0, 0, 1] = (-0.2, -0.9, -0.5)  # no positive channel
IMAGES[0, 0, 2] = (0.5, 0.5, -0.5)  # two equal channels
IMAGES[0, 0, 3] = (-1, 1, 1)
WHOLE = jnp.array([[0, 0, 6, 5]] * 3)


@pytest.mark.parametrize(
    ("name", "amounts"),
    [
        ("adjust_brightness", (-0.2, 0.0, 0.13)),
        ("adjust_saturation", (0.8, 1.0, 1.2)),
        ("adjust_saturation", (0.0, 0.5, 3.0)),
        ("adjust_hue", (-0.2, 0.0, 0.2)),
        ("adjust_hue", (-1.0, 0.5, 0.99)),
    ],
)
def test_equals_the_reference(name, amounts):
    out = getattr(augment, name)(jnp.asarray(IMAGES), jnp.array(amounts))
    for image, amount, adjusted in zip(IMAGES, amounts, out, strict=True):
        expected = getattr(reference, name)(image.astype(np.float64), amount)
        np.testing.assert_allclose(adjusted, expected, atol=2e-6)


def test_contrast_is_about_the_mean_of_the_box():
    boxes = jnp.array([[0, 0, 6, 5], [2, 1, 3, 4], [5, 4, 1, 1]])
    out = augment.adjust_contrast(jnp.asarray(IMAGES), jnp.array([0.8, 1.2, 2.0]), boxes)
    for image, factor, (y, x, h, w), adjusted in zip(
        IMAGES, (0.8, 1.2, 2.0), boxes, out, strict=True
    ):
        inside = np.s_[int(y) : int(y + h), int(x) : int(x + w)]
        expected = reference.adjust_contrast(image[inside].astype(np.float64), factor)
        np.testing.assert_allclose(adjusted[inside], expected, atol=2e-6)


def test_neutral_amounts_change_nothing():
    images = jnp.asarray(IMAGES)
    np.testing.assert_array_equal(augment.adjust_brightness(images, jnp.zeros(3)), images)
    np.testing.assert_allclose(
        augment.adjust_contrast(images, jnp.ones(3), WHOLE), images, atol=1e-6
    )
    np.testing.assert_allclose(augment.adjust_hue(images, jnp.zeros(3)), images, atol=1e-6)
    np.testing.assert_allclose(augment.adjust_hue(images, jnp.ones(3)), images, atol=2e-6)
    positive = (images + 1) / 2
    np.testing.assert_allclose(
        augment.adjust_saturation(positive, jnp.ones(3)), positive, atol=1e-6
    )


def test_saturation_greys_a_colour_without_a_positive_channel_as_tensorflow_does():
    out = augment.adjust_saturation(jnp.asarray(IMAGES), jnp.ones(3))
    np.testing.assert_allclose(out[0, 0, 1], [-0.2, -0.2, -0.2], atol=1e-6)


def test_grey_stays_grey():
    grey = jnp.broadcast_to(jnp.linspace(-1, 1, 20).reshape(1, 4, 5, 1), (1, 4, 5, 3))
    np.testing.assert_allclose(augment.adjust_hue(grey, jnp.array([0.3])), grey, atol=1e-6)
    np.testing.assert_allclose(augment.adjust_saturation(grey, jnp.array([1.5])), grey, atol=1e-6)


def test_a_third_of_a_turn_rotates_the_channels():
    turned = augment.adjust_hue(jnp.asarray(IMAGES), jnp.full(3, 1 / 3))
    np.testing.assert_allclose(turned, np.roll(IMAGES, 1, axis=-1), atol=2e-6)
