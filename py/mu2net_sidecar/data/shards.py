"""Images on disk: shards of bytes, mapped into memory and checked when they are read.

A folder of images has, for each base split, `<split>.sizes.npy` (n, 3: height, width, channels) and
shards `<split>-<k>.bin` of images end to end. They are decoded; or, where that would fill too much
of the disk, image files as they were found, which are decoded whenever they are asked for. Then
there is `<split>.files.npy` (n, 2: length in bytes, CRC-32), and each file is checked by itself, so
that a batch from all over a data set needs no more of it than its images.
"""

from __future__ import annotations

import math
import shutil
import zlib
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from mu2net_sidecar.data.manifest import Manifest, ManifestFile, refused, write_folder
from mu2net_sidecar.data.parallel import CHUNK, parallel_map
from mu2net_sidecar.data.progress import Progress, told
from mu2net_sidecar.data.ragged import Ragged, canvas_of

if TYPE_CHECKING:
    from pathlib import Path

    Decode = Callable[[bytes], np.ndarray]

SHARD_BYTES = 256 << 20
DECODED_BYTES = 50 * 10**9
"""What the images of a data set may fill decoded, by default."""


@dataclass(frozen=True)
class ImageFiles:
    """A base split to be written.

    Attributes:
        title: What it is called where its progress is told.
        examples: How many there are.
        files: The bytes of each as an image file, in order.
    """

    title: str
    examples: int
    files: Callable[[], Iterable[bytes]]


def write_images(
    folder: Path,
    facts: Mapping[str, Any],
    splits: Mapping[str, ImageFiles],
    decode: Decode,
    progress: Progress,
    decoded_bytes: float = DECODED_BYTES,
) -> None:
    """Writes all base splits into a new folder, decoded if they are not too large for that.

    They are too large beyond `decoded_bytes`, or half of the room on the disk, estimated from the
    first images of each split. Those that are kept as files are decoded all the same, once: a
    damaged one is refused now, where its header would not show it, and the sizes become known.

    Args:
        folder: Where to.
        facts: What is said of them in the manifest.
        splits: The base splits.
        decode: Gives the pixels, uint8 (h, w, c), of an image file; called from several threads.
        progress: Told what is done: 'decode', or 'check' where files are kept as they are.
        decoded_bytes: What they may fill decoded.

    Raises:
        SidecarError: What goes wrong in reading, decoding or writing.
    """
    room = shutil.disk_usage(folder.parent).free // 2
    as_files = _decoded_nbytes(splits.values(), decode) > min(decoded_bytes, room)

    def fill(unfinished: Path) -> Mapping[str, Any]:
        for name, split in splits.items():
            _write_split(unfinished, name, split, decode, as_files, progress)
        return facts

    write_folder(folder, fill)


def _decoded_nbytes(splits: Iterable[ImageFiles], decode: Decode) -> float:
    """What the images would fill decoded, if all were as the first of their split."""
    estimate = 0.0
    for split in splits:
        sample = [pixels.nbytes for pixels in parallel_map(decode, islice(split.files(), CHUNK))]
        estimate += split.examples * sum(sample) / max(len(sample), 1)
    return estimate


def _write_split(
    folder: Path, name: str, split: ImageFiles, decode: Decode, as_files: bool, progress: Progress
) -> None:
    # Of many images, lists of numbers would fill much memory.
    sizes, files = array("i"), array("I")

    def read(file: bytes) -> tuple[bytes, tuple[int, ...]]:
        pixels = decode(file)
        return file if as_files else pixels.tobytes(), pixels.shape

    with _ShardWriter(folder, name) as shards:
        images = parallel_map(read, split.files())
        stage = "check" if as_files else "decode"
        for content, shape in told(images, progress, stage, split.title, split.examples):
            shards.write(content)
            sizes.extend(shape)
            if as_files:
                files.extend((len(content), zlib.crc32(content)))
    np.save(folder / f"{name}.sizes.npy", np.array(sizes, np.int32).reshape(-1, 3))
    if as_files:
        np.save(folder / f"{name}.files.npy", np.array(files, np.uint32).reshape(-1, 2))


class _ShardWriter:
    """Writes images end to end, beginning a new shard where one would grow too long."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._shards, self._left = 0, 0
        self._file: BinaryIO | None = None

    def write(self, image: bytes) -> None:
        """Adds an image."""
        if self._file is None or len(image) > self._left:
            self.__exit__()
            self._file = (self._folder / f"{self._name}-{self._shards:05d}.bin").open("wb")
            self._shards, self._left = self._shards + 1, SHARD_BYTES
        self._file.write(image)
        self._left -= len(image)

    def __enter__(self) -> _ShardWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def read_images(manifest: Manifest, split: str, decode: Decode) -> Ragged:
    """The images of a base split.

    Args:
        manifest: Of the folder.
        split: Name of the base split.
        decode: As when they were written; called from several threads.

    Raises:
        SidecarError: `DATA_CORRUPT` when the folder disagrees with its manifest; for the images,
            where they are first used.
    """
    sizes = np.load(manifest.files[f"{split}.sizes.npy"].checked)
    shards = [
        manifest.files[name] for name in sorted(manifest.files) if name.startswith(f"{split}-")
    ]
    index = manifest.files.get(f"{split}.files.npy")
    files = None if index is None else np.load(index.checked)
    lengths = sizes.astype(np.int64).prod(axis=1) if files is None else files[:, 0].astype(np.int64)
    ends = np.cumsum(lengths)
    borders = np.cumsum([0, *(shard.size for shard in shards)])
    if len(ends) and ends[-1] != borders[-1]:
        raise refused(manifest.folder, f"has {borders[-1]} bytes of '{split}', not {ends[-1]}")
    # Images are whole: each lies in the shard that holds its last byte.
    shard = np.searchsorted(borders[1:], ends)
    places = np.stack([shard, ends - lengths - borders[shard]], axis=1)
    if files is not None:
        piece = _Files(manifest, split, shards, places, files, decode)
        return Ragged.of_piece(piece, sizes, decodes=True)
    return Ragged([partial(_pixels, each) for each in shards], places, sizes, canvas_of(sizes))


def _pixels(shard: ManifestFile, start: int, dimensions: tuple[int, int, int]) -> np.ndarray:
    return shard.mapped[start : start + math.prod(dimensions)].reshape(dimensions)


@dataclass(frozen=True, eq=False)
class _Files:
    """The image files of a base split, each at its position."""

    manifest: Manifest
    split: str
    shards: list[ManifestFile]
    places: np.ndarray
    files: np.ndarray
    decode: Decode

    def __call__(self, position: int, dimensions: tuple[int, int, int]) -> np.ndarray:
        shard, start = self.places[position]
        length, checksum = self.files[position].tolist()
        file = self.shards[shard].unchecked[start : start + length].tobytes()
        if zlib.crc32(file) != checksum:
            reason = f"has other bytes in image {position} of '{self.split}'"
            raise refused(self.manifest.folder, reason)
        return self.decode(file)
