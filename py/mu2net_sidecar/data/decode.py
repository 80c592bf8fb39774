"""Image files decoded to bytes, grey or RGB."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jaxtyping import UInt8
    from PIL import Image

EXTENSIONS = frozenset(
    (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
)
"""Files that are taken for images, by their extension in lower case."""

_GREY = frozenset(("1", "L", "LA", "La"))
_DEEP_GREY = frozenset(("I", "I;16", "I;16L", "I;16B", "I;16N"))


@dataclass(frozen=True)
class Header:
    """What an image file says before its pixels are decoded.

    Attributes:
        size: Height and width, pixels.
        channels: 1 (grey) or 3 (RGB).
    """

    size: tuple[int, int]
    channels: int


def inspect(file: Path) -> Header:
    """The header of an image file.

    Raises:
        SidecarError: `IMAGE_UNDECODABLE`, or `DATA_MISSING` when the file cannot be opened.
    """
    with _opened(file) as image:
        return _header(image)


def decode(file: Path, header: Header) -> UInt8[np.ndarray, "h w c"]:
    """The pixels of the image file of this `header`.

    Only the first frame of an animation is taken and transparency is dropped, as TensorFlow and
    torchvision do. Of 16 bits per channel the high 8 are kept.

    Raises:
        SidecarError: `IMAGE_UNDECODABLE`, or `DATA_MISSING` when the file cannot be opened.
    """
    with _opened(file) as image:
        pixels = _pixels(image)
        if pixels.shape != (*header.size, header.channels):
            raise ValueError(f"its pixels have shape {pixels.shape}, unlike its header")
        return pixels


def _header(image: Image.Image) -> Header:
    grey = image.mode in _GREY or image.mode in _DEEP_GREY
    return Header((image.height, image.width), 1 if grey else 3)


def _pixels(image: Image.Image) -> np.ndarray:
    if image.mode == "F":
        raise ValueError("floating-point pixels have no known range")
    if image.mode in _DEEP_GREY:
        return (np.clip(np.asarray(image), 0, 0xFFFF) >> 8).astype(np.uint8)[..., None]
    if image.mode in _GREY:
        return np.asarray(image.convert("L"))[..., None]
    return np.asarray(image.convert("RGB"))


@contextmanager
def _opened(file: Path) -> Iterator[Image.Image]:
    from PIL import Image, UnidentifiedImageError

    try:
        with file.open("rb") as stream:
            try:
                with Image.open(stream) as image:
                    yield image
            except MemoryError:
                raise
            except UnidentifiedImageError as error:
                raise _undecodable(file, "it is not an image of a known format") from error
            # Decoders of broken files raise almost any exception.
            except Exception as error:
                raise _undecodable(file, str(error)) from error
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING", f"cannot open {file}: {error.strerror}; make it readable"
        ) from error


def _undecodable(file: Path, reason: str) -> SidecarError:
    return SidecarError(
        "IMAGE_UNDECODABLE", f"cannot decode {file}: {reason}; replace or remove it"
    )
