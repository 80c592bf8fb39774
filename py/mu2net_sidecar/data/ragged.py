"""Images of any size, put on canvases only when they are asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.parallel import parallel_map

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Int, Integer, UInt8

    Piece = Callable[[int, tuple[int, int, int]], UInt8[np.ndarray, "h w c"]]


@dataclass(frozen=True, eq=False)
class Ragged:
    """What an array of canvases (n, h, w, c) is to those who index it, without their memory.

    Attributes:
        pieces: Each gives the image at a place in it, whose dimensions are known.
        places: Piece, and place in it, of each image.
        dimensions: Height, width and channels of each image.
        canvas: Height, width and channels of a canvas.
        decodes: Whether a piece decodes its images, which is then done by all processors.
        held_nbytes: Bytes of host memory that the pieces hold.
    """

    pieces: Sequence[Piece]
    places: Int[np.ndarray, "n 2"]
    dimensions: Integer[np.ndarray, "n 3"]
    canvas: tuple[int, int, int]
    decodes: bool = False
    held_nbytes: int = 0

    @classmethod
    def of(cls, images: Sequence[UInt8[np.ndarray, "h w c"]]) -> Ragged:
        """The given images, held in memory."""
        return cls.of_piece(
            lambda place, _: images[place],
            np.array([image.shape for image in images], np.int32).reshape(-1, 3),
            held_nbytes=sum(image.nbytes for image in images),
        )

    @classmethod
    def of_piece(
        cls,
        piece: Piece,
        dimensions: Integer[np.ndarray, "n 3"],
        decodes: bool = False,
        held_nbytes: int = 0,
    ) -> Ragged:
        """The images that one piece has at its places, counted from 0."""
        places = np.arange(len(dimensions))
        return cls(
            [piece],
            np.stack([np.zeros_like(places), places], axis=1),
            dimensions,
            canvas_of(dimensions),
            decodes,
            held_nbytes,
        )

    @classmethod
    def concatenate(cls, parts: Sequence[Ragged]) -> Ragged:
        """The images of all `parts`, in order, on canvases that fit the largest."""
        height, width, channels = np.max([part.canvas for part in parts], axis=0).tolist()
        before = np.cumsum([0, *(len(part.pieces) for part in parts)])
        return cls(
            [piece for part in parts for piece in part.pieces],
            np.concatenate([np.add(p.places, (n, 0)) for p, n in zip(parts, before, strict=False)]),
            np.concatenate([part.dimensions for part in parts]),
            (height, width, channels),
            any(part.decodes for part in parts),
        )

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The shape of the array of canvases."""
        return (len(self.places), *self.canvas)

    @property
    def nbytes(self) -> int:
        """Bytes that the array of canvases would fill."""
        return math.prod(self.shape)

    def __getitem__(self, index: slice | Integer[np.ndarray, " k"]) -> Ragged | np.ndarray:
        """The canvases at `index`: those of a slice in the same form, any others as an array."""
        if isinstance(index, slice):
            places, dimensions = self.places[index], self.dimensions[index]
            return Ragged(self.pieces, places, dimensions, self.canvas, self.decodes)
        canvases = np.zeros((len(index), *self.canvas), np.uint8)

        def fill(position: int) -> None:
            piece, place = self.places[index[position]].tolist()
            height, width, channels = self.dimensions[index[position]].tolist()
            image = self.pieces[piece](place, (height, width, channels))
            # One grey channel broadcasts to three.
            canvases[position, :height, :width] = image

        for _ in (parallel_map if self.decodes else map)(fill, range(len(index))):
            pass
        return canvases

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        array = self[np.arange(len(self.places))]
        assert isinstance(array, np.ndarray)
        return array


def canvas_of(dimensions: Integer[np.ndarray, "n 3"]) -> tuple[int, int, int]:
    """The canvas that fits all images of these dimensions."""
    height, width, channels = dimensions.max(axis=0, initial=1).tolist()
    return height, width, channels
