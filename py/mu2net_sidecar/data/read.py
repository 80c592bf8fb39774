"""Image files as a model sees them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.batches import TestBatches
from mu2net_sidecar.data.placement import HostSplit

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def read_images(
    files: Sequence[Path], image_size: int
) -> Float[Array, "b {image_size} {image_size} 3"]:
    """Image files, values in [-1, 1], as those of a test split.

    Raises:
        SidecarError: `DATA_MISSING` or `IMAGE_UNDECODABLE`, naming the file; `OUT_OF_MEMORY`.
    """
    # Decoders are loaded only once images are to be decoded.
    from mu2net_sidecar.data.decode import decode
    from mu2net_sidecar.data.image_files import image_set

    unlabelled = np.zeros(len(files), np.int32)
    images = image_set(files, decode, unlabelled, lambda position: str(files[position]))
    ((batch, _),) = TestBatches(HostSplit(images), len(files), image_size)
    return batch
