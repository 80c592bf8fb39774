"""Opens images on disk as `write_images` left them.

Decoded shards are mapped into memory and checked by sha256 when they are first read. Image files
are decoded on each use and checked one by one by CRC-32, because the first batch of a large data
set would otherwise wait until all of it has been read.
"""

from __future__ import annotations

import math
import re
import zlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.cache._manifest import Manifest, ManifestFile, corrupt_folder
from mu2net_sidecar.data.images import Ragged, common_canvas

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Int, Integer, UInt8

    Decode = Callable[[bytes], UInt8[np.ndarray, "h w c"]]


def open_images(manifest: Manifest, split: str, decode: Decode) -> Ragged:
    """Returns the images of a base split; none is read yet.

    Args:
        manifest: Manifest of the folder.
        split: Name of the base split.
        decode: The function with which they were written; called from several threads.

    Raises:
        SidecarError: `DATA_CORRUPT` when the folder disagrees with its manifest; damage of an
            image raises it when the image is first used.
    """
    sizes = np.load(manifest.files[f"{split}.sizes.npy"].checked)
    # The name of another base split may begin with this one and a hyphen.
    shard_name = re.compile(rf"{re.escape(split)}-\d+\.bin")
    shards = [manifest.files[name] for name in sorted(manifest.files) if shard_name.fullmatch(name)]
    index_file = manifest.files.get(f"{split}.files.npy")
    if index_file is None:
        lengths = sizes.astype(np.int64).prod(axis=1)
        places = _places(manifest, split, shards, lengths)
        readers = [partial(_read_pixels, shard) for shard in shards]
        return Ragged(readers, places, sizes, common_canvas(sizes))
    index = np.load(index_file.checked)
    places = _places(manifest, split, shards, index[:, 0].astype(np.int64))
    reader = _FileReader(manifest, split, shards, places, index, decode)
    return Ragged.from_reader(reader, sizes, decodes=True)


def _places(
    manifest: Manifest, split: str, shards: list[ManifestFile], lengths: Int[np.ndarray, " n"]
) -> Int[np.ndarray, "n 2"]:
    """Returns the shard of each image and its first byte there, from the images' lengths."""
    ends = np.cumsum(lengths)
    borders = np.cumsum([0, *(shard.size for shard in shards)])
    if len(ends) and ends[-1] != borders[-1]:
        raise corrupt_folder(
            manifest.folder, f"has {borders[-1]} bytes of '{split}', not {ends[-1]}"
        )
    # An image is never cut in two: it lies in the shard that holds its last byte.
    shard = np.searchsorted(borders[1:], ends)
    return np.stack([shard, ends - lengths - borders[shard]], axis=1)


def _read_pixels(
    shard: ManifestFile, start: int, dimensions: tuple[int, int, int]
) -> UInt8[np.ndarray, "h w c"]:
    return shard.mapped[start : start + math.prod(dimensions)].reshape(dimensions)


@dataclass(frozen=True, eq=False)
class _FileReader:
    """Reads and decodes the image files of a base split by their positions.

    Attributes:
        manifest: Manifest of the folder.
        split: Name of the base split.
        shards: The shards in order.
        places: Shard of each image, and its first byte there.
        index: Length in bytes and CRC-32 of each image.
        decode: Returns the pixels of an image file.
    """

    manifest: Manifest
    split: str
    shards: list[ManifestFile]
    places: Int[np.ndarray, "n 2"]
    index: Integer[np.ndarray, "n 2"]
    decode: Decode

    def __call__(
        self, position: int, dimensions: tuple[int, int, int]
    ) -> UInt8[np.ndarray, "h w c"]:
        shard, start = self.places[position]
        length, checksum = self.index[position].tolist()
        file = self.shards[shard].unchecked[start : start + length].tobytes()
        if zlib.crc32(file) != checksum:
            reason = f"has other bytes in image {position} of '{self.split}'"
            raise corrupt_folder(self.manifest.folder, reason)
        return self.decode(file)
