"""Writes images as files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import UInt8


def encode_png(pixels: UInt8[np.ndarray, "h w c"], largest_side: int) -> bytes:
    """Returns an image as a PNG file, scaled down so that no side is longer than `largest_side`.

    Args:
        pixels: c is 1 (grey) or 3 (RGB).
        largest_side: pixels.
    """
    from PIL import Image

    image = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    image.thumbnail((largest_side, largest_side), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, format="PNG", optimize=True)
    return file.getvalue()
