"""Images of different sizes, put on canvases of one size only when they are asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from mu2net_sidecar.data._interruption import check_interruption
from mu2net_sidecar.data.images._parallel import parallel_map

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Int, Integer, UInt8

    Reader = Callable[[int, tuple[int, int, int]], UInt8[np.ndarray, "h w c"]]


@dataclass(frozen=True, eq=False)
class Ragged:
    """Stands in for an array of canvases (n, h, w, c) without taking its memory.

    Attributes:
        readers: Each returns the image at one of its places, given the dimensions of the image.
        places: Reader and place in it, of each image.
        dimensions: Height, width and channels of each image.
        canvas: Height, width and channels of a canvas.
        decodes: Whether a reader decodes; if so, all processors share the work.
        held_nbytes: Bytes of host memory that the readers hold.
    """

    readers: Sequence[Reader]
    places: Int[np.ndarray, "n 2"]
    dimensions: Integer[np.ndarray, "n 3"]
    canvas: tuple[int, int, int]
    decodes: bool = False
    held_nbytes: int = 0

    @classmethod
    def from_arrays(cls, images: Sequence[UInt8[np.ndarray, "_ _ _"]]) -> Ragged:
        """Returns images of any sizes (h, w, c) that are held in memory."""
        return cls.from_reader(
            lambda place, _: images[place],
            np.array([image.shape for image in images], np.int32).reshape(-1, 3),
            held_nbytes=sum(image.nbytes for image in images),
        )

    @classmethod
    def from_reader(
        cls,
        reader: Reader,
        dimensions: Integer[np.ndarray, "n 3"],
        *,
        decodes: bool = False,
        held_nbytes: int = 0,
    ) -> Ragged:
        """Returns the images that one reader has at its places, counted from 0."""
        places = np.arange(len(dimensions))
        return cls(
            [reader],
            np.stack([np.zeros_like(places), places], axis=1),
            dimensions,
            common_canvas(dimensions),
            decodes,
            held_nbytes,
        )

    @classmethod
    def concatenate(cls, parts: Sequence[Ragged]) -> Ragged:
        """Returns the images of all `parts`, in order, on canvases that fit the largest."""
        height, width, channels = np.max([part.canvas for part in parts], axis=0).tolist()
        before = np.cumsum([0, *(len(part.readers) for part in parts)])
        return cls(
            [reader for part in parts for reader in part.readers],
            np.concatenate([np.add(p.places, (n, 0)) for p, n in zip(parts, before, strict=False)]),
            np.concatenate([part.dimensions for part in parts]),
            (height, width, channels),
            any(part.decodes for part in parts),
        )

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Shape (n, h, w, c) of the array of canvases."""
        return (len(self.places), *self.canvas)

    @property
    def nbytes(self) -> int:
        """Bytes that the array of canvases would fill."""
        return math.prod(self.shape)

    @overload
    def __getitem__(self, index: slice) -> Ragged: ...

    @overload
    def __getitem__(self, index: Integer[np.ndarray, " k"]) -> UInt8[np.ndarray, "k h w c"]: ...

    def __getitem__(
        self, index: slice | Integer[np.ndarray, " k"]
    ) -> Ragged | UInt8[np.ndarray, "k h w c"]:
        """Returns the images of a slice, still ragged, or the canvases at k positions."""
        if isinstance(index, slice):
            places, dimensions = self.places[index], self.dimensions[index]
            return Ragged(self.readers, places, dimensions, self.canvas, self.decodes)
        canvases = np.zeros((len(index), *self.canvas), np.uint8)

        def fill(position: int) -> None:
            reader, place = self.places[index[position]].tolist()
            height, width, channels = self.dimensions[index[position]].tolist()
            image = self.readers[reader](place, (height, width, channels))
            # One grey channel broadcasts to three.
            canvases[position, :height, :width] = image

        for _ in (parallel_map if self.decodes else map)(fill, range(len(index))):
            check_interruption()
        return canvases

    def __array__(
        self, dtype: object = None, copy: bool | None = None
    ) -> UInt8[np.ndarray, "n h w c"]:
        return self[np.arange(len(self.places))]


def common_canvas(dimensions: Integer[np.ndarray, "n 3"]) -> tuple[int, int, int]:
    """Returns height, width and channels of the canvas that fits images of these dimensions."""
    height, width, channels = dimensions.max(axis=0, initial=1).tolist()
    return height, width, channels
