import numpy as np
import pytest
from scipy import ndimage

from mu2net_sidecar.model import resample


@pytest.mark.parametrize("side,grid", [(14, 2), (2, 14), (7, 7), (3, 5), (1, 3), (4, 1)])
def test_equals_scipy_zoom(side, grid):
    draw = np.random.default_rng(0)
    embedding = draw.standard_normal((1, side * side + 1, 6)).astype(np.float32)
    resampled = resample(embedding, grid)
    patches = embedding[0, 1:].reshape(side, side, 6)
    expected = ndimage.zoom(patches, (grid / side, grid / side, 1), order=1)
    assert resampled.dtype == np.float32
    np.testing.assert_array_equal(resampled[:, 0], embedding[:, 0])
    np.testing.assert_allclose(resampled[0, 1:].reshape(grid, grid, 6), expected, atol=1e-6)


@pytest.mark.parametrize("side,grid", [(28, 14), (32, 16), (24, 22)])
def test_the_corners_stay_where_scipy_loses_them(side, grid):
    draw = np.random.default_rng(0)
    embedding = draw.standard_normal((1, side * side + 1, 6)).astype(np.float32)
    patches = embedding[0, 1:].reshape(side, side, 6)
    resampled = resample(embedding, grid)[0, 1:].reshape(grid, grid, 6)
    ends = np.ix_([0, -1], [0, -1])
    np.testing.assert_allclose(resampled[ends], patches[ends], atol=1e-6)


def test_same_grid_changes_nothing():
    embedding = np.random.default_rng(0).standard_normal((1, 17, 6)).astype(np.float32)
    np.testing.assert_array_equal(resample(embedding, 4), embedding)


def test_patches_that_are_no_square_are_refused():
    with pytest.raises(ValueError, match="not a square"):
        resample(np.zeros((1, 7, 4), np.float32), 3)
