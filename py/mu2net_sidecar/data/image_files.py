"""Image files where they lie, decoded once to be held in memory, or whenever they are asked for."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from mu2net_sidecar.data.decode import fitted
from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.parallel import parallel_map
from mu2net_sidecar.data.ragged import Ragged
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

HELD_BYTES = 4 << 30
"""What the images of a base split may fill decoded, to be held so in memory."""


def image_set(
    files: Sequence[T],
    decode: Callable[[T], np.ndarray],
    labels: np.ndarray,
    locate: Callable[[int], str],
) -> ImageSet:
    """The labelled images of files, none too large.

    All are decoded once, so that a damaged one is refused before anything is trained. If they fill
    more than `HELD_BYTES`, only their sizes are kept, and they are decoded again when asked for.

    Args:
        files: Where they are.
        decode: Gives the pixels, uint8 (h, w, c), of one; called from several threads.
        labels: Class of each.
        locate: Says in an error where the image at a position is.

    Raises:
        SidecarError: What `decode` raises; `DATA_CORRUPT` where an image is asked for that has
            changed its size since.
    """

    def read(file: T) -> np.ndarray:
        return fitted(decode(file))

    def read_again(position: int, dimensions: tuple[int, int, int]) -> np.ndarray:
        pixels = read(files[position])
        if pixels.shape != dimensions:
            raise SidecarError(
                "DATA_CORRUPT",
                f"{locate(position)}: image {position} has changed since it was first read; "
                "leave images as they are while they are trained on",
            )
        return pixels

    held, nbytes, dimensions = [], 0, array("i")
    for pixels in parallel_map(read, files):
        dimensions.extend(pixels.shape)
        nbytes += pixels.nbytes
        if nbytes <= HELD_BYTES:
            held.append(pixels)
        else:
            held.clear()
    if nbytes <= HELD_BYTES:
        return ImageSet.of_any_size(held, labels)
    sizes = np.array(dimensions, np.int32).reshape(-1, 3)
    return ImageSet.of(Ragged.of_piece(read_again, sizes, decodes=True), labels)
