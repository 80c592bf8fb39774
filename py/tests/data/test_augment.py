import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mu2net_sidecar.data.augment import (
    Augmentation,
    augment,
    preprocess,
    random_boxes,
    random_quality,
    vary,
)
from tests.data import reference

OFF = Augmentation(
    crop=False,
    area_range_min=1,
    aspect_ratio_range_min=1,
    flip_left_right=False,
    brightness_delta=0,
    contrast_delta=0,
    saturation_delta=0,
    hue_delta=0,
)
ALL = Augmentation(
    crop=True,
    area_range_min=0.2,
    aspect_ratio_range_min=0.5,
    flip_left_right=True,
    brightness_delta=0.2,
    contrast_delta=0.1,
    saturation_delta=0.2,
    hue_delta=0.1,
)
SIZES = np.array([[8, 10], [12, 7], [5, 5], [12, 10], [1, 1], [9, 10]], np.int32)
KEY = jax.random.key(11)


def canvases(channels):
    pixels = np.zeros((len(SIZES), 12, 10, channels), np.uint8)
    rng = np.random.default_rng(2)
    for canvas, (height, width) in zip(pixels, SIZES, strict=True):
        canvas[:height, :width] = rng.integers(0, 256, (height, width, channels))
    return pixels


def run(augmentation, pixels, key=KEY, size=6):
    return np.asarray(augment(key, pixels, SIZES, augmentation.as_arrays(), image_size=size))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [4, 16])
def test_preprocessing_equals_the_reference(channels, size):
    pixels = canvases(channels)
    out = np.asarray(preprocess(pixels, SIZES, size))
    for canvas, (height, width), image in zip(pixels, SIZES, out, strict=True):
        expected = reference.resize(reference.normalise(canvas[:height, :width]), size)
        np.testing.assert_allclose(image, expected, atol=1e-6)


def as_bytes(image):
    """Converts fractions of 255 to bytes, as TensorFlow does."""
    return np.floor(np.clip(image, 0, 1) * 255.5) / 255


@pytest.mark.parametrize("normalise_first", [True, False])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "augmentation",
    [ALL, ALL._replace(brightness_delta=0, hue_delta=0), ALL._replace(crop=False, contrast_delta=0)]
    + [OFF._replace(**{f"{name}_delta": 0.2}) for name in ("contrast", "saturation", "hue")],
)
@pytest.mark.claim("augmentation")
def test_equals_the_reference_given_the_draws(augmentation, channels, normalise_first):
    """The test repeats the layout of the draws, because the meaning of a seed depends on it."""
    pixels = canvases(channels)
    augmentation = augmentation._replace(normalise_first=normalise_first)
    crop_key, flip_key, *colour_keys = jax.random.split(KEY, 6)
    boxes = np.concatenate([np.zeros_like(SIZES), SIZES], axis=1)
    if augmentation.crop:
        boxes = np.asarray(random_boxes(crop_key, jnp.asarray(SIZES), 0.2, 0.5))
    flips = np.asarray(jax.random.bernoulli(flip_key, 0.5, (len(SIZES),)))
    adjustments = [
        (getattr(reference, f"adjust_{name}"), centre, getattr(augmentation, f"{name}_delta"), key)
        for (name, centre), key in zip(
            (("brightness", 0), ("contrast", 1), ("saturation", 1), ("hue", 0)),
            colour_keys,
            strict=True,
        )
    ]
    out = run(augmentation, pixels)
    for i, (y, x, h, w) in enumerate(boxes):
        image = reference.normalise(pixels[i])[y : y + h, x : x + w]
        if not normalise_first:
            image = (image + 1) / 2
        if augmentation.flip_left_right and flips[i]:
            image = image[:, ::-1]
        for adjust, centre, delta, key in adjustments:
            if delta > 0:
                amounts = jax.random.uniform(
                    key, (len(SIZES),), minval=centre - delta, maxval=centre + delta
                )
                image = adjust(image, float(amounts[i]))
                if not normalise_first:
                    image = as_bytes(image)
        if not normalise_first:
            image = 2 * image - 1
        expected = np.clip(reference.resize(image, 6), -1, 1)
        # A value between two bytes may be rounded to either.
        off = np.abs(out[i] - expected) > 5e-6
        assert off.mean() <= (0 if normalise_first else 0.02)
        assert np.abs(out[i] - expected).max() <= (5e-6 if normalise_first else 2.1 / 255)


def test_loses_quality_before_all_else():
    pixels = canvases(3)
    key = jax.random.fold_in(KEY, 6)
    lossy = np.asarray(random_quality(key, pixels, SIZES, 0.2))
    assert not np.array_equal(lossy, pixels)
    out = run(ALL._replace(quality_delta=0.2), pixels)
    np.testing.assert_array_equal(out, run(ALL, lossy))


@pytest.mark.parametrize("delta", ["brightness", "contrast", "saturation", "hue"])
def test_colours_of_bytes_are_bytes(delta):
    """Without a change of size, each value is the value of a byte."""
    sizes = np.full((6, 2), 6, np.int32)
    pixels = np.random.default_rng(5).integers(0, 256, (6, 6, 6, 3), np.uint8)
    augmentation = OFF._replace(**{f"{delta}_delta": 0.1}, normalise_first=False).as_arrays()
    out = np.asarray(augment(KEY, pixels, sizes, augmentation, image_size=6))
    in_bytes = (out + 1) * 127.5
    np.testing.assert_allclose(in_bytes, np.rint(in_bytes), atol=1e-3)
    assert np.any(np.rint(in_bytes) != pixels)


@pytest.mark.claim("augmentation")
def test_off_is_preprocessing():
    pixels = canvases(3)
    np.testing.assert_array_equal(run(OFF, pixels), preprocess(pixels, SIZES, 6))


def test_a_crop_of_the_whole_area_is_off():
    pixels = canvases(3)
    np.testing.assert_array_equal(run(OFF._replace(crop=True), pixels), run(OFF, pixels))
    off = OFF._replace(area_range_min=0.1)
    np.testing.assert_array_equal(run(off, pixels), run(OFF, pixels))


def test_flips_half_of_the_images():
    pixels = np.random.default_rng(0).integers(0, 256, (400, 4, 4, 1), np.uint8)
    sizes = np.full((400, 2), 4, np.int32)
    plain = np.asarray(preprocess(pixels, sizes, 4))
    flip = OFF._replace(flip_left_right=True).as_arrays()
    out = np.asarray(augment(KEY, pixels, sizes, flip, image_size=4))
    flipped = (out == plain[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (flipped | (out == plain).all(axis=(1, 2, 3))).all()
    assert abs(flipped.mean() - 0.5) < 5 * 0.5 / 20
    # Two flips by the same draws restore every image.
    again = np.asarray(np.rint((out[..., :1] + 1) * 127.5), np.uint8)
    np.testing.assert_array_equal(augment(KEY, again, sizes, flip, image_size=4), plain)


@pytest.mark.parametrize("name", [name for name in OFF._fields if name.endswith("_delta")])
def test_every_delta_varies_images(name):
    assert OFF._replace(**{name: 0.1}).varies


def test_what_varies_images():
    assert not OFF.varies
    assert OFF._replace(flip_left_right=True).varies
    assert not OFF._replace(crop=True, area_range_min=1).varies
    assert not OFF._replace(crop=False, area_range_min=0.5).varies
    assert OFF._replace(crop=True, area_range_min=0.5).varies


def test_values_stay_in_range():
    bright = OFF._replace(brightness_delta=1.0, contrast_delta=1.0)
    assert np.abs(run(bright, canvases(3))).max() == 1.0


def test_draws_follow_from_the_key():
    pixels = canvases(3)
    np.testing.assert_array_equal(run(ALL, pixels), run(ALL, pixels))
    assert not np.array_equal(run(ALL, pixels), run(ALL, pixels, key=jax.random.key(12)))


def test_hyperparameters_do_not_compile_anew():
    pixels = canvases(1)
    run(OFF, pixels)
    programs = vary._cache_size()
    for augmentation in (
        ALL,
        ALL._replace(hue_delta=0.02),
        # Whole numbers arrive from the wire as integers.
        OFF._replace(area_range_min=1, brightness_delta=1),
        OFF._replace(area_range_min=1.0, brightness_delta=1.0),
        ALL._replace(crop=False, flip_left_right=False),
        ALL._replace(normalise_first=False),
    ):
        run(augmentation, pixels)
    assert vary._cache_size() == programs
