import numpy as np
import pytest

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.images._image_set import allocate_canvases
from mu2net_sidecar.errors import SidecarError


def test_a_slice_shares_memory_and_an_index_does_not():
    images = ImageSet.from_array(np.arange(48, dtype=np.uint8).reshape(4, 4, 3, 1), np.arange(4))
    assert np.shares_memory(images[1:3].pixels, images.pixels)
    taken = images[np.array([3, 0])]
    assert taken.labels.tolist() == [3, 0]
    assert taken.sizes.tolist() == [[4, 3], [4, 3]]
    np.testing.assert_array_equal(taken.pixels[0], images.pixels[3])


def test_concatenation_pads_to_the_largest_canvas_and_to_three_channels():
    grey = ImageSet.from_array(np.full((1, 2, 5, 1), 7, np.uint8), np.array([0]))
    rgb = ImageSet.from_array(np.full((2, 4, 3, 3), 9, np.uint8), np.array([1, 2]))
    images = ImageSet.concatenate([grey, rgb])
    assert images.pixels.shape == (3, 4, 5, 3)
    assert images.sizes.tolist() == [[2, 5], [4, 3], [4, 3]]
    assert images.labels.tolist() == [0, 1, 2]
    assert (images.pixels[0, :2] == 7).all() and (images.pixels[0, 2:] == 0).all()
    assert (images.pixels[1:, :, :3] == 9).all() and (images.pixels[1:, :, 3:] == 0).all()


def test_canvases_beyond_the_memory_are_refused_in_one_line():
    with pytest.raises(SidecarError, match=r"flowers: 2 images .* 1000000x100000000 ") as caught:
        allocate_canvases((2, 10**6, 10**8, 3), "flowers")
    assert caught.value.code == "OUT_OF_MEMORY"
