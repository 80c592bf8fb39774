"""Writes images to disk, decoded or as image files.

A folder of images has, for each base split, `<split>.sizes.npy`, int32 (n, 3: height, width,
channels), and shards `<split>-<k>.bin` of images end to end. The images are decoded pixels, or the
original image files where pixels would take too much of the disk. For image files there is also
`<split>.files.npy`, uint32 (n, 2: length in bytes, CRC-32).
"""

from __future__ import annotations

import shutil
import zlib
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from mu2net_sidecar.data.cache._manifest import write_folder
from mu2net_sidecar.data.cache._progress import Progress, report_progress
from mu2net_sidecar.data.images import CHUNK, parallel_map

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import UInt8

    Decode = Callable[[bytes], UInt8[np.ndarray, "h w c"]]

SHARD_BYTES = 256 << 20
"""Size up to which a shard grows."""

DECODED_BYTES = 50 * 10**9
"""Default for the bytes that the decoded images of a data set may fill."""


@dataclass(frozen=True)
class ImageFiles:
    """A base split to write.

    Attributes:
        title: Its name in progress reports.
        examples: Number of images.
        files: Returns the image files, in order; called more than once.
    """

    title: str
    examples: int
    files: Callable[[], Iterable[bytes]]


def write_images(
    folder: Path,
    facts: Mapping[str, Any],
    splits: Mapping[str, ImageFiles],
    decode: Decode,
    *,
    progress: Progress = lambda *_: None,
    decoded_bytes: float = DECODED_BYTES,
) -> None:
    """Writes all base splits to a new folder, decoded unless they are too large.

    They are too large beyond `decoded_bytes` or half of the free space on the disk, as estimated
    from the first images of each split. Images that stay files are decoded once all the same:
    a header does not show that a file is damaged, and the sizes are needed.

    Args:
        folder: The folder to create.
        facts: Facts for the manifest.
        splits: The base splits by name.
        decode: Returns the pixels of an image file; called from several threads.
        progress: Receives the stage 'decode', or 'check' for images that stay files.
        decoded_bytes: Bytes that the decoded images may fill.

    Raises:
        SidecarError: Any error of reading or decoding; `DATA_MISSING` when the folder cannot be
            written.
    """
    room = shutil.disk_usage(folder.parent).free // 2
    keep_files = _decoded_nbytes(splits.values(), decode) > min(decoded_bytes, room)
    encoder = _file_encoder(decode) if keep_files else _pixel_encoder(decode)

    def fill(unfinished: Path) -> Mapping[str, Any]:
        for name, split in splits.items():
            _write_split(unfinished, name, split, encoder, progress)
        return facts

    write_folder(folder, fill)


def _decoded_nbytes(splits: Iterable[ImageFiles], decode: Decode) -> float:
    """Estimates the decoded size of all images from the first `CHUNK` of each split."""
    estimate = 0.0
    for split in splits:
        sample = [pixels.nbytes for pixels in parallel_map(decode, islice(split.files(), CHUNK))]
        estimate += split.examples * sum(sample) / max(len(sample), 1)
    return estimate


@dataclass(frozen=True)
class _Encoder:
    """How images are stored.

    Attributes:
        stage: Name of the work for progress reports.
        has_index: Whether the length and checksum of each image are stored.
        encode: Returns the stored bytes and the dimensions of an image file.
    """

    stage: str
    has_index: bool
    encode: Callable[[bytes], tuple[bytes, tuple[int, ...]]]


def _pixel_encoder(decode: Decode) -> _Encoder:
    def encode(file: bytes) -> tuple[bytes, tuple[int, ...]]:
        pixels = decode(file)
        return pixels.tobytes(), pixels.shape

    return _Encoder("decode", False, encode)


def _file_encoder(decode: Decode) -> _Encoder:
    return _Encoder("check", True, lambda file: (file, decode(file).shape))


def _write_split(
    folder: Path, name: str, split: ImageFiles, encoder: _Encoder, progress: Progress
) -> None:
    # Lists of numbers would take much more memory than these arrays.
    sizes, index = array("i"), array("I")
    images = report_progress(
        parallel_map(encoder.encode, split.files()),
        progress,
        stage=encoder.stage,
        title=split.title,
        total=split.examples,
    )
    with _ShardWriter(folder, name) as shards:
        for content, shape in images:
            shards.write(content)
            sizes.extend(shape)
            if encoder.has_index:
                index.extend((len(content), zlib.crc32(content)))
    np.save(folder / f"{name}.sizes.npy", np.array(sizes, np.int32).reshape(-1, 3))
    if encoder.has_index:
        np.save(folder / f"{name}.files.npy", np.array(index, np.uint32).reshape(-1, 2))


class _ShardWriter:
    """Writes images end to end, and begins a new shard where one would grow too long."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._shards, self._left = 0, 0
        self._file: BinaryIO | None = None

    def write(self, image: bytes) -> None:
        """Writes one image."""
        if self._file is None or len(image) > self._left:
            self._close()
            self._file = (self._folder / f"{self._name}-{self._shards:05d}.bin").open("wb")
            self._shards, self._left = self._shards + 1, SHARD_BYTES
        self._file.write(image)
        self._left -= len(image)

    def __enter__(self) -> _ShardWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
