"""A set of labelled images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.images._ragged import Ragged
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int32, Integer, UInt8


@dataclass(frozen=True, eq=False)
class ImageSet:
    """N labelled images on canvases of one size.

    An image smaller than its canvas lies in the top left corner; the rest of the canvas is zero.

    Attributes:
        pixels: Canvases, c is 1 (grey) or 3 (RGB); or `Ragged`, which makes them when indexed.
        sizes: True height and width of each image, pixels.
        labels: Class of each image.
    """

    pixels: UInt8[np.ndarray, "n h w c"] | Ragged
    sizes: Int32[np.ndarray, "n 2"]
    labels: Int32[np.ndarray, " n"]

    @classmethod
    def from_array(
        cls, pixels: UInt8[np.ndarray, "n h w c"], labels: Integer[np.ndarray, " n"]
    ) -> ImageSet:
        """Returns images of one size, which fill their canvases."""
        sizes = np.broadcast_to(np.array(pixels.shape[1:3], np.int32), (len(pixels), 2))
        return cls(pixels, sizes, labels.astype(np.int32))

    @classmethod
    def from_ragged(cls, pixels: Ragged, labels: Integer[np.ndarray, " n"]) -> ImageSet:
        """Returns images of different sizes, which stay where `pixels` has them."""
        return cls(pixels, pixels.dimensions[:, :2], labels.astype(np.int32))

    @classmethod
    def concatenate(cls, sets: Sequence[ImageSet]) -> ImageSet:
        """Returns the images of all `sets`, in order, on canvases that fit the largest.

        Raises:
            SidecarError: `OUT_OF_MEMORY` when the canvases do not fit in host memory.
        """
        if len(sets) == 1:
            return sets[0]
        sizes = np.concatenate([part.sizes for part in sets])
        labels = np.concatenate([part.labels for part in sets])
        ragged = [part.pixels for part in sets if isinstance(part.pixels, Ragged)]
        if len(ragged) == len(sets):
            return cls(Ragged.concatenate(ragged), sizes, labels)
        height, width, channels = np.max([s.pixels.shape[1:] for s in sets], axis=0).tolist()
        pixels = allocate_canvases((len(labels), height, width, channels), "the sum of splits")
        start = 0
        for part in sets:
            h, w = part.pixels.shape[1:3]
            # One grey channel broadcasts to three.
            pixels[start : start + len(part), :h, :w] = np.asarray(part.pixels)
            start += len(part)
        return cls(pixels, sizes, labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: slice | Integer[np.ndarray, " k"]) -> ImageSet:
        """Returns the images at `index`; a slice shares their memory."""
        return ImageSet(self.pixels[index], self.sizes[index], self.labels[index])

    @property
    def nbytes(self) -> int:
        """Bytes that the canvases fill."""
        return self.pixels.nbytes

    @property
    def host_nbytes(self) -> int:
        """Bytes of host memory that the pixels hold; 0 for pixels that stay in files."""
        pixels = self.pixels
        return pixels.held_nbytes if isinstance(pixels, Ragged) else pixels.nbytes


def allocate_canvases(shape: tuple[int, int, int, int], title: str) -> UInt8[np.ndarray, "n h w c"]:
    """Allocates zeroed canvases.

    Args:
        shape: Number, height, width and channels of the canvases.
        title: Name of the images in errors.

    Raises:
        SidecarError: `OUT_OF_MEMORY` when they do not fit in host memory.
    """
    try:
        return np.zeros(shape, np.uint8)
    except (MemoryError, ValueError) as error:
        count, height, width, channels = shape
        gigabytes = count * height * width * channels / 1e9
        raise SidecarError(
            "OUT_OF_MEMORY",
            f"{title}: {count} images on canvases of {height}x{width} pixels, which fit the "
            f"largest, need {gigabytes:.1f} GB of memory; scale the largest images down",
        ) from error
