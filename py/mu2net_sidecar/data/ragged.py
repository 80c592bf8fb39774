"""Images of any size, end to end, put on canvases only when they are asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Int, Integer, UInt8

    Pieces = Callable[[], UInt8[np.ndarray, " bytes"]]


@dataclass(frozen=True, eq=False)
class Ragged:
    """What an array of canvases (n, h, w, c) is to those who index it, without their memory.

    Attributes:
        pieces: Each gives bytes in which images lie, mapped from a file as a rule.
        places: Piece, and position in it, of each image.
        dimensions: Height, width and channels of each image.
        canvas: Height, width and channels of a canvas.
        held_nbytes: Bytes of host memory that the pieces hold.
    """

    pieces: Sequence[Pieces]
    places: Int[np.ndarray, "n 2"]
    dimensions: Integer[np.ndarray, "n 3"]
    canvas: tuple[int, int, int]
    held_nbytes: int = 0

    @classmethod
    def of(cls, images: Sequence[UInt8[np.ndarray, "h w c"]]) -> Ragged:
        """The given images, held in memory."""
        flat = np.concatenate([np.empty(0, np.uint8), *(image.reshape(-1) for image in images)])
        dimensions = np.array([image.shape for image in images], np.int32).reshape(-1, 3)
        lengths = dimensions.astype(np.int64).prod(axis=1)
        starts = np.cumsum(lengths) - lengths
        height, width, channels = dimensions.max(axis=0, initial=1).tolist()
        return cls(
            [lambda: flat],
            np.stack([np.zeros_like(starts), starts], axis=1),
            dimensions,
            (height, width, channels),
            flat.nbytes,
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
            return Ragged(self.pieces, self.places[index], self.dimensions[index], self.canvas)
        canvases = np.zeros((len(index), *self.canvas), np.uint8)
        for canvas, example in zip(canvases, index, strict=True):
            (piece, start), (h, w, c) = self.places[example], self.dimensions[example]
            image = self.pieces[piece]()[start : start + h * w * c]
            # One grey channel broadcasts to three.
            canvas[:h, :w] = image.reshape(h, w, c)
        return canvases

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        array = self[np.arange(len(self.places))]
        assert isinstance(array, np.ndarray)
        return array
