"""Image files of a user as one batch, for predictions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.files import reading
from mu2net_sidecar.data.images import decode_file, load_image_files
from mu2net_sidecar.data.pipeline._batches import UNLABELLED, TestBatches
from mu2net_sidecar.data.pipeline._placement import HostSplit

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def read_images(
    files: Sequence[Path], image_size: int
) -> Float[Array, "b {image_size} {image_size} 3"]:
    """Reads image files as a model sees them, values in [-1, 1], as those of a test split.

    Args:
        files: One file per image.
        image_size: Side of the square that the model sees, pixels.

    Raises:
        SidecarError: `DATA_MISSING` or `IMAGE_UNDECODABLE`, naming the file; `OUT_OF_MEMORY`.
    """
    labels = np.full(len(files), UNLABELLED, np.int32)
    with reading(f"a batch of {len(files)} images from {files[0]} on"):
        images = load_image_files(files, decode_file, labels, lambda place: str(files[place]))
        ((batch, _),) = TestBatches(HostSplit(images), len(files), image_size)
    return batch
