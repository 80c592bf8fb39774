"""Shards of a WebDataset: tar files in which the files of an example are neighbours.

An example is the files of one name: an image, and its class as text in `<name>.cls`. The base split
of a shard is its name without its number: `train-000017.tar` is of `train`, `000017.tar` of `all`.
A shard by itself is `all`.
See https://github.com/webdataset/webdataset.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mu2net_sidecar.data.decode import EXTENSIONS, decode_bytes
from mu2net_sidecar.data.image_files import image_set
from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.source import BaseSplit, Source, count_classes
from mu2net_sidecar.errors import SidecarError

_LABEL = ".cls"


@dataclass(frozen=True)
class _Example:
    """An image in a shard: its name, first byte and number of bytes; and its label."""

    shard: Path
    name: str
    offset: int
    size: int
    label: int


def open_source(source: Mapping[str, Any]) -> Source:
    """Open `{"path": folder}`, or a shard.

    Raises:
        SidecarError: `DATA_MISSING` when there is no shard, `DATA_CORRUPT` when one is damaged or
            an example has not just one image and one label; the line names the shard.
    """
    path = Path(source["path"])
    splits: dict[str, list[_Example]] = {"all": [*_examples(path)]} if path.is_file() else {}
    for shard in sorted(path.glob("*.tar")):
        splits.setdefault(_split_of(shard), []).extend(_examples(shard))
    if not splits:
        raise SidecarError(
            "DATA_MISSING",
            f"{path} has no shards (*.tar); correct the path of the task, or unpack them",
        )
    labels = {name: np.array([each.label for each in found]) for name, found in splits.items()}
    return Source(
        count_classes(labels.values()),
        {
            name: BaseSplit(partial(_read, found, labels[name]), partial(_locate, found))
            for name, found in splits.items()
        },
    )


def _split_of(shard: Path) -> str:
    return re.sub(r"[-_.]?\d+$", "", shard.stem) or "all"


def _examples(shard: Path) -> Iterator[_Example]:
    try:
        with tarfile.open(shard, "r:") as archive:
            name, images, labels = None, [], []
            for member in filter(tarfile.TarInfo.isfile, archive):
                folder, _, file = member.name.rpartition("/")
                stem, _, extension = file.partition(".")
                if (folder, stem) != name:
                    if name is not None:
                        yield _example(shard, name, images, labels)
                    name, images, labels = (folder, stem), [], []
                if f".{extension.lower()}" == _LABEL:
                    stream = archive.extractfile(member)
                    labels.append(b"" if stream is None else stream.read())
                elif f".{extension.lower().rpartition('.')[2]}" in EXTENSIONS:
                    images.append(member)
            if name is not None:
                yield _example(shard, name, images, labels)
    except tarfile.TarError as error:
        raise _corrupt(shard, f"is no readable tar file ({error})") from error
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING", f"cannot read {shard}: {error.strerror}; make it readable"
        ) from error


def _example(
    shard: Path, name: tuple[str, str], images: list[tarfile.TarInfo], labels: list[bytes]
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
            shard, f"has the class {labels[0][:20]!r} for '{title}', no number"
        ) from error
    return _Example(shard, images[0].name, images[0].offset_data, images[0].size, label)


def _read(examples: list[_Example], labels: np.ndarray) -> ImageSet:
    return image_set(examples, _decode, labels, partial(_locate, examples))


def _decode(example: _Example) -> np.ndarray:
    with example.shard.open("rb") as stream:
        stream.seek(example.offset)
        return decode_bytes(stream.read(example.size), f"{example.name} of {example.shard}")


def _locate(examples: list[_Example], position: int) -> str:
    return f"{examples[position].shard}: {examples[position].name}"


def _corrupt(shard: Path, reason: str) -> SidecarError:
    return SidecarError("DATA_CORRUPT", f"{shard} {reason}; write it again")
