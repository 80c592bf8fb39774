"""Image files decoded to bytes, grey or RGB.

JPEG goes through simplejpeg (libjpeg-turbo), which is faster than Pillow and gives the same pixels;
what it does not take (CMYK, damaged files) and every other format through Pillow. Only the first
frame of an animation is taken, transparency is dropped and an EXIF orientation is not applied, as
TensorFlow and torchvision do. Of 16 bits per channel the high 8 are kept.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import simplejpeg

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import UInt8
    from PIL import Image

EXTENSIONS = frozenset(
    (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
)
"""Files that are taken for images, by their extension in lower case."""

_JPEG_MAGIC = b"\xff\xd8\xff"
_JPEG_COLOURS = frozenset(("Gray", "RGB", "YCbCr"))
_GREY = frozenset(("1", "L", "LA", "La"))
_DEEP_GREY = frozenset(("I", "I;16", "I;16L", "I;16B", "I;16N"))


LARGEST_SIDE = 1024
"""Pixels beyond which images that are kept decoded on disk are scaled down; models see fewer."""


def decode(file: Path) -> UInt8[np.ndarray, "h w c"]:
    """The pixels of an image file.

    Raises:
        SidecarError: `IMAGE_UNDECODABLE`, or `DATA_MISSING` when the file cannot be opened.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING", f"cannot open {file}: {error.strerror}; make it readable"
        ) from error
    return decode_bytes(data, str(file))


def decode_bytes(data: bytes, what: str) -> UInt8[np.ndarray, "h w c"]:
    """The pixels of an image file of this content; an error says `what` it is of.

    Raises:
        SidecarError: `IMAGE_UNDECODABLE`.
    """
    if data.startswith(_JPEG_MAGIC):
        try:
            colours = simplejpeg.decode_jpeg_header(data)[2]
            if colours in _JPEG_COLOURS:
                return simplejpeg.decode_jpeg(data, "GRAY" if colours == "Gray" else "RGB")
        except ValueError:
            pass  # Pillow may take it, and else says what is wrong.
    with _opened(io.BytesIO(data), what) as image:
        return _pixels(image)


def fitted(pixels: UInt8[np.ndarray, "h w c"]) -> UInt8[np.ndarray, "h w c"]:
    """An image scaled down, by averages, so that its longer side is at most `LARGEST_SIDE`."""
    from PIL import Image

    height, width, channels = pixels.shape
    if max(height, width) <= LARGEST_SIDE:
        return pixels
    scale = LARGEST_SIDE / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    image = Image.fromarray(pixels[..., 0] if channels == 1 else pixels)
    scaled = np.asarray(image.resize(size, Image.Resampling.BOX))
    return scaled[..., None] if channels == 1 else scaled


def _pixels(image: Image.Image) -> np.ndarray:
    if image.mode == "F":
        raise ValueError("floating-point pixels have no known range")
    if image.mode in _DEEP_GREY:
        return (np.clip(np.asarray(image), 0, 0xFFFF) >> 8).astype(np.uint8)[..., None]
    if image.mode in _GREY:
        return np.asarray(image.convert("L"))[..., None]
    return np.asarray(image.convert("RGB"))


@contextmanager
def _opened(stream: BinaryIO, what: str) -> Iterator[Image.Image]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(stream) as image:
            yield image
    except MemoryError:
        raise
    except UnidentifiedImageError as error:
        raise _undecodable(what, "it is not an image of a known format") from error
    # Decoders of broken files raise almost any exception.
    except Exception as error:
        raise _undecodable(what, str(error)) from error


def _undecodable(what: str, reason: str) -> SidecarError:
    return SidecarError(
        "IMAGE_UNDECODABLE", f"cannot decode {what}: {reason}; replace or remove it"
    )
