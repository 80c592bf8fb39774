"""Position embeddings for another image size."""

from __future__ import annotations

import math

import numpy as np


def interpolation(size: int, new_size: int) -> np.ndarray:
    """Returns the f64 matrix (new_size, size) of linear interpolation with fixed end points."""
    position = np.linspace(0, size - 1, new_size)
    left = np.minimum(position.astype(int), max(size - 2, 0))
    share = position - left
    matrix = np.zeros((new_size, size))
    rows = np.arange(new_size)
    matrix[rows, left] += 1 - share
    matrix[rows, np.minimum(left + 1, size - 1)] += share
    return matrix


def resample(pos_embedding: np.ndarray, grid: int) -> np.ndarray:
    """Resamples a position embedding to another grid, bilinearly; the class token's row stays.

    The map of `scipy.ndimage.zoom(order=1)` on the grid, which is how vision_transformer adapts its
    checkpoints to another image size. For some pairs of grids, such as 28 and 14, scipy computes
    the last position a rounding error past the end, and sets the last row and column to zero
    (docs/deviations.md); here they are the last ones of the given grid.

    Args:
        pos_embedding: (1, n² + 1, hidden), for n×n patches; the first row is the class token's.
        grid: patches along one side after resampling.

    Returns:
        (1, grid² + 1, hidden), of the same dtype.

    Raises:
        ValueError: the patches of `pos_embedding` do not form a square.
    """
    _, tokens, hidden = pos_embedding.shape
    side = math.isqrt(tokens - 1)
    if side * side != tokens - 1:
        raise ValueError(f"position embedding of {tokens} tokens is not a square grid plus cls")
    along = interpolation(side, grid)
    patches = pos_embedding[0, 1:].astype(np.float64).reshape(side, side, hidden)
    patches = np.einsum("ai,bj,ijd->abd", along, along, patches, optimize=True)
    resampled = patches.reshape(1, grid * grid, hidden).astype(pos_embedding.dtype)
    return np.concatenate([pos_embedding[:, :1], resampled], axis=1)
