"""A prepared data set: its version, its splits and their files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mu2net_sidecar.data.files import list_folder
from mu2net_sidecar.data.labels import check_example_count, check_split_name
from mu2net_sidecar.data.tfds._description import corrupt_description, read_description
from mu2net_sidecar.data.tfds._features import Features
from mu2net_sidecar.data.tfds._records import read_records
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_DEFAULT_TEMPLATE = "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}"


@dataclass(frozen=True)
class RecordFile:
    """A file of a split.

    Attributes:
        path: The file.
        examples: Number of its examples, as `dataset_info.json` states it.
    """

    path: Path
    examples: int


@dataclass(frozen=True)
class PreparedDataset:
    """A prepared data set in the folder `<directory>/<name>/<version>`.

    Attributes:
        name: Name of the data set, with its config after a slash.
        folder: The folder.
    """

    name: str
    folder: Path

    @property
    def version(self) -> str:
        """The version that is prepared."""
        return self.folder.name

    @cached_property
    def features(self) -> Features:
        """The features of its examples."""
        return Features(self.name, self.folder)

    @cached_property
    def splits(self) -> Mapping[str, tuple[RecordFile, ...]]:
        """The files of each split, in the order of their examples.

        Raises:
            SidecarError: `DATA_MISSING` or `DATA_CORRUPT` when `dataset_info.json` cannot be read.
        """
        file = self.folder / "dataset_info.json"
        info = read_description(file)
        try:
            splits = {
                check_split_name(split["name"], str(file)): tuple(self._files(info, split))
                for split in info["splits"]
            }
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise corrupt_description(file, error) from error
        for name, files in splits.items():
            for each in files:
                check_example_count(each.examples, f"{file}: a shard of '{name}'")
            check_example_count(sum(each.examples for each in files), f"{file}: '{name}'")
        return splits

    @property
    def examples(self) -> dict[str, int]:
        """Number of examples of each split, as `dataset_info.json` states it."""
        return {name: sum(file.examples for file in files) for name, files in self.splits.items()}

    def _files(self, info: Mapping[str, Any], split: Mapping[str, Any]) -> Iterator[RecordFile]:
        lengths = [int(length) for length in split.get("shardLengths", [])]
        for shard, length in enumerate(lengths):
            parts = {
                "{DATASET}": info["name"],
                "{SPLIT}": split["name"],
                "{FILEFORMAT}": info.get("fileFormat", "tfrecord"),
                "{SHARD_X_OF_Y}": f"{shard:05d}-of-{len(lengths):05d}",
            }
            name = split.get("filepathTemplate", _DEFAULT_TEMPLATE)
            for placeholder, part in parts.items():
                name = name.replace(placeholder, part)
            yield RecordFile(self.folder / name, length)

    def check_files(self) -> None:
        """Checks that each file of each split exists and is not empty.

        Raises:
            SidecarError: `DATA_MISSING` otherwise; `DATA_CORRUPT` as in `splits`.
        """
        for files in self.splits.values():
            for file in files:
                if not file.path.is_file() or not file.path.stat().st_size:
                    raise SidecarError(
                        "DATA_MISSING",
                        f"{file.path} is missing or empty; remove its folder and prepare it again",
                    )

    def read_examples(self, split: str) -> Iterator[bytes]:
        """Yields the serialised examples of a split, in order.

        Raises:
            SidecarError: `DATA_MISSING` when a file is missing; `DATA_CORRUPT` when a file is
                damaged or its number of examples is not that of `dataset_info.json`.
        """
        for file in self.splits[split]:
            count = 0
            for record in read_records(file.path):
                count += 1
                yield record
            if count != file.examples:
                raise SidecarError(
                    "DATA_CORRUPT",
                    f"{file.path} has {count} examples, but dataset_info.json says "
                    f"{file.examples}; remove its folder and prepare it again",
                )


def list_prepared(directory: Path) -> list[PreparedDataset]:
    """Returns the data sets that are prepared in a folder, with every version; in order."""
    found = (
        file.parent.relative_to(directory)
        for depth in ("*/*", "*/*/*")
        for file in directory.glob(f"{depth}/dataset_info.json")
        if _VERSION.fullmatch(file.parent.name)
    )
    return [
        PreparedDataset(folder.parent.as_posix(), directory / folder) for folder in sorted(found)
    ]


def find_prepared(directory: Path, name: str, version: str) -> PreparedDataset | None:
    """Returns the latest prepared version of a data set that matches, or None.

    Args:
        directory: Folder of all prepared data sets.
        name: Name of the data set, with its config after a slash.
        version: Version; a part that is `*` matches any number.
    """
    pattern = re.compile(
        r"\.".join(r"\d+" if part == "*" else re.escape(part) for part in version.split("."))
    )
    parent = directory / name
    versions = [
        folder.name
        for folder in (list_folder(parent) if parent.is_dir() else ())
        if pattern.fullmatch(folder.name) and (folder / "dataset_info.json").is_file()
    ]
    if not versions:
        return None
    latest = max(versions, key=lambda each: tuple(map(int, each.split("."))))
    return PreparedDataset(name, parent / latest)
