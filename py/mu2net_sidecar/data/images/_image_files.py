"""Images decoded from the files of a user: held in memory, or decoded again on each use."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from mu2net_sidecar.data.images._decode import scale_down
from mu2net_sidecar.data.images._image_set import ImageSet
from mu2net_sidecar.data.images._parallel import parallel_map
from mu2net_sidecar.data.images._ragged import Ragged
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Integer, UInt8

T = TypeVar("T")

HELD_BYTES = 4 << 30
"""Decoded bytes of a base split up to which its images are held in memory."""


def load_image_files(
    files: Sequence[T],
    decode: Callable[[T], UInt8[np.ndarray, "h w c"]],
    labels: Integer[np.ndarray, " n"],
    locate: Callable[[int], str],
) -> ImageSet:
    """Decodes image files to a labelled set, each scaled down to `LARGEST_SIDE`.

    All are decoded once, so that a damaged file is reported before training starts. If they fill
    more than `HELD_BYTES`, only their sizes are kept, and each image is decoded again on use.

    Args:
        files: Arguments of `decode`, one per image.
        decode: Returns the pixels of one image; called from several threads.
        labels: Class of each image.
        locate: Returns where the image at a position is, for errors.

    Raises:
        SidecarError: Any error of `decode`; on a later use, `DATA_CORRUPT` for an image whose size
            has changed since.
    """

    def read(file: T) -> UInt8[np.ndarray, "h w c"]:
        return scale_down(decode(file))

    def read_again(position: int, dimensions: tuple[int, int, int]) -> UInt8[np.ndarray, "h w c"]:
        pixels = read(files[position])
        if pixels.shape != dimensions:
            raise SidecarError(
                "DATA_CORRUPT",
                f"{locate(position)}: image {position} has changed since it was first read; "
                "leave images as they are during training",
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
        return ImageSet.from_ragged(Ragged.from_arrays(held), labels)
    sizes = np.array(dimensions, np.int32).reshape(-1, 3)
    return ImageSet.from_ragged(Ragged.from_reader(read_again, sizes, decodes=True), labels)
