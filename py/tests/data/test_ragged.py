import numpy as np
import pytest

from mu2net_sidecar.data import DeviceSplit, HostSplit, ImageSet, TestBatches
from mu2net_sidecar.data.images import Ragged

DRAW = np.random.default_rng(0)
IMAGES = [
    DRAW.integers(0, 256, (h, w, c), np.uint8)
    for h, w, c in [(2, 3, 3), (4, 1, 1), (1, 5, 3), (3, 3, 1), (2, 2, 3)]
]
CANVAS = (4, 5, 3)


def ragged(decodes=False):
    """Returns images in two pieces, of two and of three images, in a different order."""

    def first(place, dimensions):
        return IMAGES[place].reshape(dimensions)

    def second(place, dimensions):
        return IMAGES[-1 - place].reshape(dimensions)

    places = [(0, 0), (0, 1), (1, 2), (1, 1), (1, 0)]
    dimensions = np.array([image.shape for image in IMAGES])
    return Ragged([first, second], np.array(places), dimensions, CANVAS, decodes)


def dense():
    canvases = np.zeros((len(IMAGES), *CANVAS), np.uint8)
    for canvas, image in zip(canvases, IMAGES, strict=True):
        canvas[: image.shape[0], : image.shape[1]] = image
    return canvases


@pytest.mark.parametrize("index", [[0, 1, 2, 3, 4], [4, 0, 0], [], [2]])
@pytest.mark.parametrize("decodes", [False, True])
def test_an_index_gives_canvases(index, decodes):
    index = np.array(index, int)
    np.testing.assert_array_equal(ragged(decodes)[index], dense()[index])


def test_it_is_indexed_and_sized_as_an_array_of_canvases():
    images, canvases = ragged(), dense()
    assert (images.shape, images.nbytes) == (canvases.shape, canvases.nbytes)
    np.testing.assert_array_equal(np.asarray(images), canvases)
    np.testing.assert_array_equal(np.asarray(images[1:4]), canvases[1:4])
    np.testing.assert_array_equal(images[1:4][np.array([2, 0])], canvases[[3, 1]])


def test_only_the_pieces_of_the_images_asked_for_are_read():
    images = ragged()

    def unread(place, dimensions):
        raise AssertionError("read")

    lazy = Ragged([images.readers[0], unread], images.places, images.dimensions, CANVAS)
    np.testing.assert_array_equal(lazy[:2][np.arange(2)], dense()[:2])
    with pytest.raises(AssertionError, match="read"):
        lazy[np.array([2])]


def test_sums_stay_ragged_and_fit_the_largest():
    parts = [ragged()[:2], ragged()[2:]]
    wide = Ragged(parts[1].readers, parts[1].places, parts[1].dimensions, (6, 5, 3))
    both = Ragged.concatenate([parts[0], wide])
    assert both.canvas == (6, 5, 3)
    np.testing.assert_array_equal(np.asarray(both)[:, :4], dense())


def test_a_set_of_them_is_like_any_other():
    sizes = np.array([image.shape[:2] for image in IMAGES], np.int32)
    labels = np.arange(5, dtype=np.int32)
    mapped, held = (ImageSet(pixels, sizes, labels) for pixels in (ragged(), dense()))
    assert (mapped.host_nbytes, held.host_nbytes) == (0, held.nbytes)
    mixed = ImageSet.concatenate([mapped[:3], held[3:]])
    for other in (mapped, mixed, ImageSet.concatenate([mapped[:3], mapped[3:]])):
        for split in (HostSplit, DeviceSplit):
            for one, another in zip(
                TestBatches(split(held), 2, 4), TestBatches(split(other), 2, 4), strict=True
            ):
                np.testing.assert_array_equal(one[0], another[0])
                np.testing.assert_array_equal(one[1], another[1])
