"""The features of a prepared data set: their kinds, numbers of classes and class names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mu2net_sidecar.data.files import read_file
from mu2net_sidecar.data.labels import check_class_count, check_class_names
from mu2net_sidecar.data.tfds._description import corrupt_description, read_description
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Features:
    """The features that `features.json` describes.

    The name of a nested feature has the names on the way to it, separated by slashes.

    Attributes:
        dataset: Name of the data set, for errors.
        folder: Folder of the prepared data set.
    """

    dataset: str
    folder: Path

    def class_count(self, name: str) -> int | None:
        """Returns the number of classes of a feature; None for a plain number.

        Raises:
            SidecarError: `DATA_MISSING` when there is no such feature, `DATA_CORRUPT` when the
                number is damaged, `DATA_LABEL` when there are too many classes.
        """
        try:
            label = self._description(name).get("classLabel")
            if label is None:
                return None
            count = int(label["numClasses"])
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise corrupt_description(self._file, error) from error
        return check_class_count(count, str(self._file))

    def class_names(self, name: str) -> list[str] | None:
        """Returns the class names of a feature; None when it has none.

        TensorFlow Datasets writes them, one per line, to a file beside `features.json`. The file of
        `objects/type` is `objects-type.labels.txt`; a slash within a name becomes a dot.

        Raises:
            SidecarError: `DATA_MISSING` when there is no such feature, `DATA_CORRUPT` when the file
                is not text or a name is too long.
        """
        parts, _ = self._find(name)
        file = self.folder / f"{'-'.join(part.replace('/', '.') for part in parts)}.labels.txt"
        if not file.exists():
            return None
        try:
            text = read_file(file).decode("utf-8")
        except ValueError as error:
            raise corrupt_description(file, error) from error
        names = [line.strip() for line in text.split("\n") if line.strip()]
        return check_class_names(names, str(file))

    def check(self, name: str) -> None:
        """Checks that there is such a feature.

        Raises:
            SidecarError: `DATA_MISSING` otherwise.
        """
        self._find(name)

    def check_image(self, name: str) -> None:
        """Checks that there is such a feature and that it is an image.

        Raises:
            SidecarError: `DATA_MISSING` otherwise.
        """
        if "image" not in self._description(name):
            raise SidecarError(
                "DATA_MISSING",
                f"the feature '{name}' of {self.dataset} is not an image; name one that is",
            )

    def _description(self, name: str) -> Mapping[str, Any]:
        return self._find(name)[1]

    @cached_property
    def _file(self) -> Path:
        return self.folder / "features.json"

    @cached_property
    def _root(self) -> Mapping[str, Any]:
        return read_description(self._file)

    def _find(self, name: str) -> tuple[list[str], Mapping[str, Any]]:
        """Returns the names on the way to a feature, and its description."""
        parents: list[str] = []
        try:
            features = self._root["featuresDict"]["features"]
            # A slash either leads to a nested feature or is part of a feature's own name.
            while name not in features and (parts := name.split("/", 1))[0] in features:
                nested, name = features[parts[0]], parts[1]
                parents.append(parts[0])
                nested = nested["sequence"]["feature"] if "sequence" in nested else nested
                features = nested["featuresDict"]["features"]
        except (KeyError, TypeError, IndexError) as error:
            raise corrupt_description(self._file, error) from error
        if name not in features:
            raise SidecarError(
                "DATA_MISSING",
                f"{self.dataset} has no feature '{name}', only {', '.join(sorted(features))}; "
                "name one of them",
            )
        return [*parents, name], features[name]
