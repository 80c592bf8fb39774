"""Images of a user as one batch, for predictions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import jax
import numpy as np

from mu2net_sidecar.data.augment import preprocess_on_host
from mu2net_sidecar.data.files import reading
from mu2net_sidecar.data.images import decode_bytes, decode_file, parallel_map, scale_down
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from jaxtyping import Array, Float32, UInt8

    Pixels = UInt8[np.ndarray, "_ _ _"]


def read_images(files: Sequence[Path]) -> list[Pixels]:
    """Returns the pixels of image files, scaled down to `LARGEST_SIDE`.

    Raises:
        SidecarError: `DATA_MISSING` or `IMAGE_UNDECODABLE`, naming the file; `OUT_OF_MEMORY`.
    """
    with reading(f"a batch of {len(files)} images from {files[0]} on"):
        return list(parallel_map(lambda file: scale_down(decode_file(file)), files))


def decode_images(images: Sequence[bytes], largest_pixels: int) -> list[Pixels | SidecarError]:
    """Returns the pixels of each image, scaled down to `LARGEST_SIDE`, or why it has none.

    Args:
        images: Contents of image files.
        largest_pixels: Pixels that an image may have.

    Raises:
        SidecarError: `OUT_OF_MEMORY`.
    """

    def decode(image: bytes) -> Pixels | SidecarError:
        try:
            return scale_down(decode_bytes(image, "the image", largest_pixels))
        except SidecarError as error:
            return error

    with reading(f"a batch of {len(images)} images"):
        return list(parallel_map(decode, images))


def batch_images(
    images: Sequence[Pixels], image_size: int, batch_size: int
) -> Float32[Array, "{batch_size} {image_size} {image_size} 3"]:
    """Returns images as a model sees them, values in [-1, 1], as those of a test split.

    Args:
        images: Pixels of each, at most as many as the batch has; copies of the last fill it up.
        image_size: Side of the square that the model sees, pixels.
        batch_size: Images of the batch.
    """
    seen = list(parallel_map(lambda pixels: preprocess_on_host(pixels, image_size), images))
    return jax.device_put(np.stack(seen + [seen[-1]] * (batch_size - len(seen))))
