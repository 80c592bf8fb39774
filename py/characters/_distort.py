"""Distortion of a glyph: as if written by another hand, with another pen."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

LEVELS = 17
"""Grey values that are kept; fewer make smaller files."""


def distort(square: np.ndarray, random: np.random.Generator, side: int) -> np.ndarray:
    """Returns a square image turned, sheared, scaled, shifted, bent, thinned or thickened.

    Args:
        square: white on black.
        random: source of all draws.
        side: side of the result, pixels.
    """
    pen = random.integers(-1, 3)
    if pen > 0:
        square = np.asarray(Image.fromarray(square).filter(ImageFilter.MaxFilter(2 * pen + 1)))
    elif pen < 0:
        thinner = np.asarray(Image.fromarray(square).filter(ImageFilter.MinFilter(3)))
        square = thinner if thinner.mean() > square.mean() / 2 else square
    bent = _sample(square, *_positions(len(square), random))
    small = np.asarray(
        Image.fromarray(bent.astype(np.uint8)).resize((side, side), Image.Resampling.BOX)
    )
    step = 256 / (LEVELS - 1)
    return np.minimum(np.round(small / step) * step, 255).astype(np.uint8)


def _positions(side: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draws where each pixel of the distorted image lies in the original."""
    angle = random.uniform(-0.25, 0.25)
    shear = random.uniform(-0.3, 0.3)
    scale_y, scale_x = 1 / random.uniform(0.75, 1.15, 2)
    shift = random.uniform(-0.07, 0.07, (2, 1, 1)) * side
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, 0], [shear, 1]]) @ np.diag([scale_y, scale_x])
    centred = np.mgrid[:side, :side] - (side - 1) / 2
    affine = np.tensordot(matrix, centred, 1) + shift + (side - 1) / 2
    bends = random.normal(0, 0.035 * side, (2, 5, 5))
    smooth = _spread(5, side)
    return tuple(affine + smooth @ bends @ smooth.T)


def _spread(knots: int, side: int) -> np.ndarray:
    """Returns the matrix that spreads values at knots smoothly over pixels."""
    distance = np.linspace(0, knots - 1, side)[:, None] - np.arange(knots)[None]
    weights = np.exp(-(distance**2) / 0.9)
    return weights / weights.sum(1, keepdims=True)


def _sample(image: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Samples an image bilinearly; beyond its border it is black."""
    padded = np.pad(image.astype(np.float64), 1)
    y, x = (np.clip(each + 1, 0, len(image) + 0.999) for each in (y, x))
    top, left = y.astype(int), x.astype(int)
    dy, dx = y - top, x - left
    above = padded[top, left] * (1 - dx) + padded[top, left + 1] * dx
    below = padded[top + 1, left] * (1 - dx) + padded[top + 1, left + 1] * dx
    return above * (1 - dy) + below * dy
