"""Shards of a WebDataset: tar files in which the files of an example are neighbours.

An example is the files of one name: an image, and its class as text in `<name>.cls`. The base split
of a shard is its name without its number: `train-000017.tar` is of `train`, `000017.tar` of `all`.
A single shard is `all`.
See https://github.com/webdataset/webdataset.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from mu2net_sidecar.data._interruption import check_interruption
from mu2net_sidecar.data.files import LARGEST_FILE_BYTES, list_folder, open_file
from mu2net_sidecar.data.images import EXTENSIONS, ImageSet, decode_bytes, load_image_files
from mu2net_sidecar.data.labels import (
    check_example_count,
    check_split_name,
    count_classes,
    parse_label,
)
from mu2net_sidecar.data.sources._image_source import BaseSplit, ImageSource
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from jaxtyping import Int, UInt8

    from mu2net_sidecar.data.spec import WebDatasetSource

_LABEL = "cls"
_LONGEST_LABEL = 64
"""Bytes of a file with a label that are read."""


@dataclass(frozen=True)
class _Example:
    """An image in a shard, with its label.

    Attributes:
        shard: The tar file.
        name: Name of the image in it.
        offset: Its first byte in the shard.
        size: Its number of bytes.
        label: Its class.
    """

    shard: Path
    name: str
    offset: int
    size: int
    label: int


def open_webdataset(spec: WebDatasetSource) -> ImageSource:
    """Opens one shard or a folder of them; names and labels are read.

    Raises:
        SidecarError: `DATA_MISSING` when there is no shard; `DATA_CORRUPT` when a shard is damaged
            or an example has not exactly one image and one label; `DATA_LABEL` when a label is not
            the number of a class; the line names the shard.
    """
    path = spec.path
    shards = {"all": [path]} if path.is_file() else _shards_of(path)
    splits = {name: _read_shards(each) for name, each in shards.items()}
    if not splits:
        raise SidecarError(
            "DATA_MISSING",
            f"{path} has no shards (*.tar); correct the path of the task, or unpack them",
        )
    labels = {
        name: np.array([example.label for example in examples], int)
        for name, examples in splits.items()
    }
    return ImageSource(
        count_classes(labels.values(), str(path)),
        {
            name: BaseSplit(
                len(examples),
                partial(_read, examples, labels[name]),
                partial(_locate, examples),
            )
            for name, examples in splits.items()
        },
    )


def _shards_of(folder: Path) -> dict[str, list[Path]]:
    splits: dict[str, list[Path]] = {}
    for shard in sorted(each for each in list_folder(folder) if each.name.endswith(".tar")):
        name = re.sub(r"[-_.]?\d+$", "", shard.stem) or "all"
        splits.setdefault(check_split_name(name, str(folder)), []).append(shard)
    return splits


def _read_shards(shards: list[Path]) -> list[_Example]:
    examples: list[_Example] = []
    for shard in shards:
        for example in _read_examples(shard):
            examples.append(example)
            check_example_count(len(examples), str(shard))
    return examples


def _read_examples(shard: Path) -> Iterator[_Example]:
    with open_file(shard) as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r:") as archive:
                files = _read_members(archive, stream)
                for name, members in groupby(files, lambda member: _split_name(member)[:2]):
                    images, labels = [], []
                    for member in members:
                        extension = _split_name(member)[2].lower()
                        if extension == _LABEL:
                            content = archive.extractfile(member)
                            labels.append(b"" if content is None else content.read(_LONGEST_LABEL))
                        elif f".{extension.rpartition('.')[2]}" in EXTENSIONS:
                            images.append(member)
                    yield _parse_example(shard, name, images, labels)
        # Numbers in damaged headers raise the latter two.
        except (tarfile.TarError, ValueError, OverflowError) as error:
            raise _corrupt(shard, f"is not a readable tar file ({error})") from error


def _read_members(archive: tarfile.TarFile, stream: BinaryIO) -> Iterator[tarfile.TarInfo]:
    """Yields the files of an archive."""
    for member in archive:
        check_interruption()
        # A negative size would lead back to members that were read before.
        if member.size < 0:
            raise tarfile.ReadError(f"'{member.name}' has a negative size")
        if member.isfile() and member.issparse():
            raise tarfile.ReadError(f"'{member.name}' is stored with holes")
        if member.isfile():
            yield member
    # The package takes a damaged header for the end.
    stream.seek(archive.offset)
    if stream.read(tarfile.BLOCKSIZE).strip(b"\0"):
        raise tarfile.ReadError("it is damaged between its members")


def _split_name(member: tarfile.TarInfo) -> tuple[str, str, str]:
    """Returns folder, name up to the first dot, and all extensions of a file in a shard."""
    folder, _, file = member.name.rpartition("/")
    stem, _, extensions = file.partition(".")
    return folder, stem, extensions


def _parse_example(
    shard: Path, name: tuple[str, ...], images: list[tarfile.TarInfo], labels: list[bytes]
) -> _Example:
    title = "/".join(filter(None, name))
    if len(images) != 1 or len(labels) != 1:
        raise _corrupt(
            shard, f"has {len(images)} images and {len(labels)} labels (.cls) for '{title}'"
        )
    if images[0].size > LARGEST_FILE_BYTES:
        raise _corrupt(shard, f"has an image of {images[0].size} bytes for '{title}'")
    label = parse_label(labels[0], f"{shard}: '{title}'")
    return _Example(shard, images[0].name, images[0].offset_data, images[0].size, label)


def _read(examples: list[_Example], labels: Int[np.ndarray, " n"]) -> ImageSet:
    return load_image_files(examples, _decode, labels, partial(_locate, examples))


def _decode(example: _Example) -> UInt8[np.ndarray, "h w c"]:
    with open_file(example.shard) as stream:
        stream.seek(example.offset)
        return decode_bytes(stream.read(example.size), f"{example.name} of {example.shard}")


def _locate(examples: list[_Example], position: int) -> str:
    return f"{examples[position].shard}: {examples[position].name}"


def _corrupt(shard: Path, reason: str) -> SidecarError:
    return SidecarError("DATA_CORRUPT", f"{shard} {reason}; write it again")
