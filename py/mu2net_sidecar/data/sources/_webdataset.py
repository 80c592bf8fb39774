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
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.images import EXTENSIONS, ImageSet, decode_bytes, load_image_files
from mu2net_sidecar.data.sources._image_source import BaseSplit, ImageSource, count_classes
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from jaxtyping import Int, UInt8

    from mu2net_sidecar.data.spec import WebDatasetSource

_LABEL = "cls"


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
            or an example has not exactly one image and one label; the line names the shard.
    """
    path = spec.path
    splits: dict[str, list[_Example]] = {"all": [*_read_examples(path)]} if path.is_file() else {}
    for shard in sorted(path.glob("*.tar")):
        splits.setdefault(_split_of(shard), []).extend(_read_examples(shard))
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
        count_classes(labels.values()),
        {
            name: BaseSplit(
                len(examples),
                partial(_read, examples, labels[name]),
                partial(_locate, examples),
            )
            for name, examples in splits.items()
        },
    )


def _split_of(shard: Path) -> str:
    return re.sub(r"[-_.]?\d+$", "", shard.stem) or "all"


def _read_examples(shard: Path) -> Iterator[_Example]:
    try:
        with tarfile.open(shard, "r:") as archive:
            files = filter(tarfile.TarInfo.isfile, archive)
            for name, members in groupby(files, lambda member: _split_name(member)[:2]):
                images, labels = [], []
                for member in members:
                    extension = _split_name(member)[2].lower()
                    if extension == _LABEL:
                        stream = archive.extractfile(member)
                        labels.append(b"" if stream is None else stream.read())
                    elif f".{extension.rpartition('.')[2]}" in EXTENSIONS:
                        images.append(member)
                yield _parse_example(shard, name, images, labels)
    except tarfile.TarError as error:
        raise _corrupt(shard, f"is not a readable tar file ({error})") from error
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING", f"cannot read {shard}: {error.strerror}; make it readable"
        ) from error


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
    try:
        label = int(labels[0])
    except ValueError as error:
        raise _corrupt(
            shard, f"has the class {labels[0][:20]!r} for '{title}', which is not a number"
        ) from error
    return _Example(shard, images[0].name, images[0].offset_data, images[0].size, label)


def _read(examples: list[_Example], labels: Int[np.ndarray, " n"]) -> ImageSet:
    return load_image_files(examples, _decode, labels, partial(_locate, examples))


def _decode(example: _Example) -> UInt8[np.ndarray, "h w c"]:
    with example.shard.open("rb") as stream:
        stream.seek(example.offset)
        return decode_bytes(stream.read(example.size), f"{example.name} of {example.shard}")


def _locate(examples: list[_Example], position: int) -> str:
    return f"{examples[position].shard}: {examples[position].name}"


def _corrupt(shard: Path, reason: str) -> SidecarError:
    return SidecarError("DATA_CORRUPT", f"{shard} {reason}; write it again")
