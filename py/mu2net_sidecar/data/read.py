"""Image files as a model sees them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.decode import decode
from mu2net_sidecar.data.images import canvases
from mu2net_sidecar.data.preprocess import preprocess

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def read_images(
    files: Sequence[Path], image_size: int
) -> Float[Array, "b {image_size} {image_size} 3"]:
    """Image files, values in [-1, 1], without augmentation.

    Raises:
        SidecarError: `DATA_MISSING` or `IMAGE_UNDECODABLE`, naming the file; `OUT_OF_MEMORY`.
    """
    decoded = [decode(file) for file in files]
    sizes = np.array([pixels.shape[:2] for pixels in decoded], np.int32)
    height, width = map(int, sizes.max(axis=0))
    batch = canvases(len(files), height, width, 3, f"{files[0]} and others")
    for canvas, pixels in zip(batch, decoded, strict=True):
        # One grey channel broadcasts to three.
        canvas[: pixels.shape[0], : pixels.shape[1]] = pixels
    return preprocess(batch, sizes, image_size)
