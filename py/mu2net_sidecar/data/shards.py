"""Decoded images on disk: shards of bytes, mapped into memory and checked when first read.

A folder of images has, for each base split, `<split>.sizes.npy` (n, 3: height, width, channels) and
shards `<split>-<k>.bin` of images end to end; a folder of labels `<split>.npy` (n).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from mu2net_sidecar.data.manifest import Manifest, refused, write_folder
from mu2net_sidecar.data.ragged import Ragged

if TYPE_CHECKING:
    from pathlib import Path

SHARD_BYTES = 256 << 20
CHUNK = 512
"""Images decoded at a time."""

Progress = Callable[[str, int, int], None]
"""Takes the title of a base split, and how many of how many images of it are decoded."""


@dataclass(frozen=True)
class Undecoded:
    """A base split to be decoded.

    Attributes:
        title: What it is called where its progress is told.
        examples: How many there are.
        records: All of them, in order.
    """

    title: str
    examples: int
    records: Callable[[], Iterable[bytes]]


def write_images(
    folder: Path,
    facts: Mapping[str, Any],
    splits: Mapping[str, Undecoded],
    decode: Callable[[bytes], np.ndarray],
    progress: Progress,
) -> None:
    """Decodes all base splits into a new folder.

    Args:
        folder: Where to.
        facts: What is said of them in the manifest.
        splits: The base splits.
        decode: Gives the pixels, uint8 (h, w, c), of a record; called from several threads.
        progress: Told after every `CHUNK` images.

    Raises:
        SidecarError: What goes wrong in reading, decoding or writing.
    """

    def fill(unfinished: Path) -> Mapping[str, Any]:
        for name, split in splits.items():
            _write_split(unfinished, name, split, decode, progress)
        return facts

    write_folder(folder, fill)


def _write_split(
    folder: Path,
    name: str,
    split: Undecoded,
    decode: Callable[[bytes], np.ndarray],
    progress: Progress,
) -> None:
    sizes: list[tuple[int, ...]] = []
    records = iter(split.records())
    with _ShardWriter(folder, name) as shards, ThreadPoolExecutor(os.cpu_count()) as pool:
        while chunk := list(islice(records, CHUNK)):
            for pixels in pool.map(decode, chunk):
                shards.write(pixels)
                sizes.append(pixels.shape)
            progress(split.title, len(sizes), split.examples)
    np.save(folder / f"{name}.sizes.npy", np.array(sizes, np.int32).reshape(-1, 3))


class _ShardWriter:
    """Writes images end to end, beginning a new shard where one would grow too long."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._shards, self._left = 0, 0
        self._file: BinaryIO | None = None

    def write(self, pixels: np.ndarray) -> None:
        """Adds an image."""
        if self._file is None or pixels.nbytes > self._left:
            self.__exit__()
            self._file = (self._folder / f"{self._name}-{self._shards:05d}.bin").open("wb")
            self._shards, self._left = self._shards + 1, SHARD_BYTES
        self._file.write(pixels.tobytes())
        self._left -= pixels.nbytes

    def __enter__(self) -> _ShardWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def read_images(manifest: Manifest, split: str) -> Ragged:
    """The images of a base split.

    Raises:
        SidecarError: `DATA_CORRUPT` when the folder disagrees with its manifest; for the pixels,
            where they are first used.
    """
    sizes = np.load(manifest.files[f"{split}.sizes.npy"].checked)
    shards = [
        manifest.files[name] for name in sorted(manifest.files) if name.startswith(f"{split}-")
    ]
    lengths = sizes.astype(np.int64).prod(axis=1)
    ends = np.cumsum(lengths)
    borders = np.cumsum([0, *(shard.size for shard in shards)])
    if len(ends) and ends[-1] != borders[-1]:
        raise refused(manifest.folder, f"has {borders[-1]} bytes of '{split}', not {ends[-1]}")
    # Images are whole: each lies in the shard that holds its last byte.
    shard = np.searchsorted(borders[1:], ends)
    height, width, channels = sizes.max(axis=0, initial=1).tolist()
    return Ragged(
        [partial(getattr, file, "mapped") for file in shards],
        np.stack([shard, ends - lengths - borders[shard]], axis=1),
        sizes,
        (height, width, channels),
    )


def write_labels(
    folder: Path,
    facts: Mapping[str, Any],
    num_classes: int | None,
    splits: Mapping[str, Callable[[], Iterable[int]]],
) -> None:
    """Writes the labels of all base splits into a new folder.

    Args:
        folder: Where to.
        facts: What is said of them in the manifest.
        num_classes: Number of classes; None for one more than the largest label.
        splits: The labels of each base split, in order.

    Raises:
        SidecarError: What goes wrong in reading or writing.
    """

    def fill(unfinished: Path) -> Mapping[str, Any]:
        largest = -1
        for name, labels in splits.items():
            array = np.fromiter(labels(), np.int32)
            np.save(unfinished / f"{name}.npy", array)
            largest = max(largest, int(array.max(initial=-1)))
        return {**facts, "numClasses": largest + 1 if num_classes is None else num_classes}

    write_folder(folder, fill)


def read_labels(manifest: Manifest, split: str) -> np.ndarray:
    """The labels of a base split, int32 (n).

    Raises:
        SidecarError: `DATA_CORRUPT` when the folder disagrees with its manifest.
    """
    return np.load(manifest.files[f"{split}.npy"].checked)
