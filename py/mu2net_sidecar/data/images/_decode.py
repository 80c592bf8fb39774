"""Image files decoded to bytes, grey or RGB.

JPEG goes through simplejpeg (libjpeg-turbo), which is faster than Pillow and gives the same pixels.
Pillow decodes every other format, and the JPEG files that simplejpeg refuses (CMYK, damaged files).
As in TensorFlow and torchvision, only the first frame of an animation counts, transparency is
dropped and an EXIF orientation is not applied. 16 bits per channel are cut to the high 8.

Both decoders are imported when the first image is decoded, because not every process decodes.
"""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.files import read_file
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import UInt8
    from PIL import Image

EXTENSIONS = frozenset(
    (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
)
"""Extensions of image files, in lower case."""

LARGEST_SIDE = 1024
"""Longest side, pixels, of an image that is kept; models see fewer pixels."""

LARGEST_IMAGE_BYTES = 256 << 20
"""Bytes that an image may fill, decoded to RGB, before it is scaled down."""

LARGEST_PIXELS = LARGEST_IMAGE_BYTES // 3
"""Pixels of an image that may be decoded: 89 million, or 9459 x 9459. A header can promise any
number of them in a few hundred bytes."""

_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")

_JPEG_MAGIC = b"\xff\xd8\xff"
_JPEG_COLOURS = frozenset(("Gray", "RGB", "YCbCr"))
_GREY = frozenset(("1", "L", "LA", "La"))
_DEEP_GREY = frozenset(("I", "I;16", "I;16L", "I;16B", "I;16N"))


def decode_file(file: Path) -> UInt8[np.ndarray, "h w c"]:
    """Returns the pixels of an image file; c is 1 (grey) or 3 (RGB).

    Raises:
        SidecarError: `IMAGE_UNDECODABLE`; `DATA_MISSING` when it cannot be opened or is not a
            regular file.
    """
    return decode_bytes(read_file(file), str(file))


def decode_bytes(
    data: bytes, title: str, largest_pixels: int = LARGEST_PIXELS
) -> UInt8[np.ndarray, "h w c"]:
    """Returns the pixels of the content of an image file; c is 1 (grey) or 3 (RGB).

    Args:
        data: The bytes of the file.
        title: Name of the image in errors.
        largest_pixels: Pixels that it may have, at most `LARGEST_PIXELS`; an image of more is
            refused before it is decoded.

    Raises:
        SidecarError: `IMAGE_UNDECODABLE`.
    """
    if data.startswith(_JPEG_MAGIC):
        import simplejpeg

        try:
            height, width, colours, _ = simplejpeg.decode_jpeg_header(data)
            if int(height) * int(width) > largest_pixels:
                raise _too_large(title, largest_pixels)
            if colours in _JPEG_COLOURS:
                return simplejpeg.decode_jpeg(data, "GRAY" if colours == "Gray" else "RGB")
        except ValueError:
            pass  # Pillow may decode it; if not, its error says why.
    with _open_image(data, title) as image:
        if image.width * image.height > largest_pixels:
            raise _too_large(title, largest_pixels)
        return _pixels_of(image)


def scale_down(pixels: UInt8[np.ndarray, "h w c"]) -> UInt8[np.ndarray, "h2 w2 c"]:
    """Returns an image scaled down by averaging to a longest side of at most `LARGEST_SIDE`."""
    from PIL import Image

    height, width, channels = pixels.shape
    if max(height, width) <= LARGEST_SIDE:
        return pixels
    scale = LARGEST_SIDE / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    image = Image.fromarray(pixels[..., 0] if channels == 1 else pixels)
    scaled = np.asarray(image.resize(size, Image.Resampling.BOX))
    return scaled[..., None] if channels == 1 else scaled


def _pixels_of(image: Image.Image) -> UInt8[np.ndarray, "h w c"]:
    if image.mode == "F":
        raise ValueError("floating-point pixels have no known range")
    if image.mode in _DEEP_GREY:
        return (np.clip(np.asarray(image), 0, 0xFFFF) >> 8).astype(np.uint8)[..., None]
    if image.mode in _GREY:
        return np.asarray(image.convert("L"))[..., None]
    return np.asarray(image.convert("RGB"))


@contextmanager
def _open_image(data: bytes, title: str) -> Iterator[Image.Image]:
    """Opens an image with Pillow; every failure, also in the body, becomes a `SidecarError`."""
    pillow = _import_pillow()
    try:
        with pillow.open(io.BytesIO(data), formats=_FORMATS) as image:
            yield image
    except (MemoryError, SidecarError):
        raise
    except (pillow.DecompressionBombWarning, pillow.DecompressionBombError) as error:
        raise _too_large(title, LARGEST_PIXELS) from error
    except pillow.UnidentifiedImageError as error:
        raise _undecodable(title, "it is not an image of a known format") from error
    # Decoders of damaged files raise almost any exception.
    except Exception as error:
        raise _undecodable(title, str(error)) from error


@cache
def _import_pillow() -> ModuleType:
    from PIL import Image

    # Up to twice this number, Pillow would only warn.
    Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
    return Image


def _too_large(title: str, largest_pixels: int) -> SidecarError:
    return _undecodable(title, f"its header promises more than {largest_pixels} pixels")


def _undecodable(title: str, reason: str) -> SidecarError:
    return SidecarError(
        "IMAGE_UNDECODABLE", f"cannot decode {title}: {reason}; replace or remove it"
    )
