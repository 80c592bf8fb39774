"""A data set as TensorFlow Datasets prepared it: its version, splits, files and features."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mu2net_sidecar.data.records import records
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEFAULT_TEMPLATE = "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}"


@dataclass(frozen=True)
class RecordFile:
    """A file of a split, and how many examples it is said to have."""

    path: Path
    examples: int


@dataclass(frozen=True)
class PreparedDataset:
    """A folder `<directory>/<name>/<version>`.

    Attributes:
        name: Of the data set, its config after a slash.
        folder: Where it lies.
    """

    name: str
    folder: Path

    @property
    def version(self) -> str:
        """Its version, exactly."""
        return self.folder.name

    @cached_property
    def splits(self) -> Mapping[str, tuple[RecordFile, ...]]:
        """The files of each split, in the order of their examples.

        Raises:
            SidecarError: `DATA_CORRUPT` when the description of the data set is damaged.
        """
        info = _json(self.folder / "dataset_info.json")
        try:
            return {split["name"]: tuple(self._files(info, split)) for split in info["splits"]}
        except (KeyError, TypeError, ValueError) as error:
            raise _corrupt(self.folder / "dataset_info.json", f"({error!r})") from error

    def _files(self, info: Mapping[str, Any], split: Mapping[str, Any]) -> Iterator[RecordFile]:
        lengths = [int(length) for length in split.get("shardLengths", [])]
        for shard, length in enumerate(lengths):
            parts = {
                "{DATASET}": info["name"],
                "{SPLIT}": split["name"],
                "{FILEFORMAT}": info.get("fileFormat", "tfrecord"),
                "{SHARD_X_OF_Y}": f"{shard:05d}-of-{len(lengths):05d}",
            }
            file = split.get("filepathTemplate", _DEFAULT_TEMPLATE)
            for placeholder, part in parts.items():
                file = file.replace(placeholder, part)
            yield RecordFile(self.folder / file, length)

    def class_count(self, feature: str) -> int | None:
        """The number of classes of a feature; None when it is a plain number.

        Raises:
            SidecarError: `DATA_MISSING` when there is no such feature.
        """
        label = self._feature(feature).get("classLabel")
        return None if label is None else int(label["numClasses"])

    def class_names(self, feature: str) -> list[str] | None:
        """Names of the classes of a feature; None where they have none.

        TensorFlow Datasets writes them, one a line, beside the description of the features: those
        of `objects/type` into `objects-type.labels.txt`, where a slash in a name is a dot.

        Raises:
            SidecarError: As `class_count`.
        """
        parts, _ = self._resolved(feature)
        name = "-".join(part.replace("/", ".") for part in parts)
        try:
            text = (self.folder / f"{name}.labels.txt").read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise _corrupt(self.folder / f"{name}.labels.txt", f"({error})") from error
        return [line.strip() for line in text.split("\n") if line.strip()]

    def check(self, feature: str) -> None:
        """That there is such a feature.

        Raises:
            SidecarError: `DATA_MISSING` when there is not.
        """
        self._feature(feature)

    def check_image(self, feature: str) -> None:
        """That a feature is an image.

        Raises:
            SidecarError: `DATA_MISSING` when it is not, or is not there.
        """
        if "image" not in self._feature(feature):
            raise SidecarError(
                "DATA_MISSING", f"the feature '{feature}' of {self.name} is no image; name one"
            )

    def _feature(self, name: str) -> Mapping[str, Any]:
        return self._resolved(name)[1]

    def _resolved(self, name: str) -> tuple[list[str], Mapping[str, Any]]:
        """The names on the way to a feature, and its description."""
        file = self.folder / "features.json"
        feature = _json(file)
        way: list[str] = []
        try:
            # A name with a slash is that of a nested feature, or has one of its own.
            features = feature["featuresDict"]["features"]
            while name not in features and (parts := name.split("/", 1))[0] in features:
                nested, name = features[parts[0]], parts[1]
                way.append(parts[0])
                nested = nested["sequence"]["feature"] if "sequence" in nested else nested
                features = nested["featuresDict"]["features"]
        except (KeyError, TypeError, IndexError) as error:
            raise _corrupt(file, f"({error!r})") from error
        if name not in features:
            raise SidecarError(
                "DATA_MISSING",
                f"{self.name} has no feature '{name}', only {', '.join(sorted(features))}; "
                "name one of them",
            )
        return [*way, name], features[name]

    def examples(self, split: str) -> Iterator[bytes]:
        """The serialised examples of a split, in order.

        Raises:
            SidecarError: `DATA_MISSING`, or `DATA_CORRUPT` when a file is damaged or has not as
                many examples as the description of the data set says.
        """
        for file in self.splits[split]:
            count = 0
            for record in records(file.path):
                count += 1
                yield record
            if count != file.examples:
                raise SidecarError(
                    "DATA_CORRUPT",
                    f"{file.path} has {count} examples, but dataset_info.json says "
                    f"{file.examples}; remove its folder and prepare it again",
                )


def find_prepared(directory: Path, name: str, version: str) -> PreparedDataset | None:
    """The latest prepared data set whose version is `version`, where `*` stands for any number."""
    pattern = re.compile(r"\.".join(r"\d+" if part == "*" else part for part in version.split(".")))
    parent = directory / name
    versions = [
        folder.name
        for folder in (parent.iterdir() if parent.is_dir() else ())
        if pattern.fullmatch(folder.name) and (folder / "dataset_info.json").is_file()
    ]
    if not versions:
        return None
    latest = max(versions, key=lambda found: tuple(map(int, found.split("."))))
    return PreparedDataset(name, parent / latest)


def _json(file: Path) -> dict[str, Any]:
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING",
            f"cannot read {file}: {error.strerror}; remove its folder and prepare it again",
        ) from error
    except ValueError as error:
        raise _corrupt(file, f"({error})") from error


def _corrupt(file: Path, reason: str) -> SidecarError:
    return SidecarError(
        "DATA_CORRUPT",
        f"{file} is not what TensorFlow Datasets writes {reason}; "
        "remove its folder and prepare it again",
    )
