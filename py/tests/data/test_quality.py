"""The loss of JPEG quality, compared with libjpeg as Pillow uses it."""

import io

import jax
import numpy as np
import pytest
from PIL import Image

from mu2net_sidecar.data.augment import random_quality, recompress

SIZES = np.array([[32, 32], [40, 37], [31, 45], [48, 48], [17, 9], [33, 48]], np.int32)
RECOMPRESS = jax.jit(recompress)


def by_libjpeg(image, quality):
    stream = io.BytesIO()
    picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    picture.save(stream, "JPEG", quality=quality, subsampling="4:2:0")
    return np.asarray(Image.open(stream)).reshape(image.shape)


def noise(height, width, channels):
    return np.random.default_rng(height).integers(0, 256, (height, width, channels))


def slopes(height, width, channels):
    y, x = np.mgrid[:height, :width]
    return np.stack([5 * x, 5 * y, 255 - 2 * x - 2 * y][:channels], axis=-1).clip(0, 255)


def canvases(images):
    """Puts images on canvases that are not black elsewhere, because that must not matter."""
    shape = (*SIZES.max(axis=0), images[0].shape[-1])
    out = np.full((len(images), *shape), 77, np.uint8)
    for canvas, image in zip(out, images, strict=True):
        canvas[: image.shape[0], : image.shape[1]] = image
    return out


def differences(make, channels, quality):
    """Returns the differences of our result from libjpeg's, and of libjpeg's from the image."""
    images = [make(*size, channels).astype(np.uint8) for size in SIZES]
    ours = np.asarray(RECOMPRESS(canvases(images), SIZES, np.full(len(SIZES), quality)))
    errors, losses = [], []
    for image, result in zip(images, ours, strict=True):
        theirs = by_libjpeg(image, quality).astype(int)
        errors.append(result[: image.shape[0], : image.shape[1]] - theirs)
        losses.append(image - theirs)
    return tuple(np.abs(np.concatenate([e.ravel() for e in each])) for each in (errors, losses))


@pytest.mark.parametrize("quality", [50, 80, 90, 95, 99])
@pytest.mark.parametrize("channels", [1, 3])
def test_is_what_libjpeg_leaves_of_smooth_images(channels, quality):
    error, _ = differences(slopes, channels, quality)
    assert error.mean() < 0.25
    assert error.max() <= 6


@pytest.mark.parametrize("quality", [50, 80, 90, 95])
@pytest.mark.parametrize("channels", [1, 3])
def test_is_what_libjpeg_leaves_of_noise(channels, quality):
    """Noise has coefficients near the edge of two steps, and some are rounded differently."""
    error, loss = differences(noise, channels, quality)
    assert error.mean() < 1.5
    assert error.mean() < loss.mean() / 4


def test_grey_images_are_alike_in_one_channel_and_in_three():
    grey = canvases([noise(*size, 1).astype(np.uint8) for size in SIZES])
    quality = np.array([10, 50, 80, 90, 95, 100])
    one = np.asarray(RECOMPRESS(grey, SIZES, quality))
    three = np.asarray(RECOMPRESS(grey.repeat(3, axis=-1), SIZES, quality))
    np.testing.assert_array_equal(three, one.repeat(3, axis=-1))


@pytest.mark.parametrize("delta,qualities", [(0.01, [99]), (0.05, [95, 96, 97, 98, 99])])
def test_qualities_are_uniform_up_to_99(delta, qualities):
    image = noise(16, 16, 1).astype(np.uint8)
    results = {}
    for quality in qualities:
        result = RECOMPRESS(image[None], np.array([[16, 16]]), np.array([quality]))
        results[np.asarray(result).tobytes()] = quality
    assert len(results) == len(qualities)
    pixels, sizes = np.broadcast_to(image, (2000, 16, 16, 1)), np.full((2000, 2), 16)
    drawn = np.asarray(random_quality(jax.random.key(3), pixels, sizes, delta))
    counts = dict.fromkeys(qualities, 0)
    for each in drawn:
        counts[results[each.tobytes()]] += 1
    # The tolerance is five standard deviations.
    share = 1 / len(qualities)
    spread = 5 * np.sqrt(2000 * share * (1 - share))
    assert all(abs(count - 2000 * share) <= spread for count in counts.values())
