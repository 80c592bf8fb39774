"""Data sets that TensorFlow Datasets has prepared, read without TensorFlow.

What is prepared in `<directory>/<name>/<version>` is written once into folders beside it, one of
images and one of labels for each way to read them; these are mapped into memory from then on. The
base splits are those of the data set; those of further data sets, of the same classes, are called
`<name>:<split>`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mu2net_sidecar.data.decode import LARGEST_SIDE, decode_bytes, fitted
from mu2net_sidecar.data.example import Feature, parse_example
from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.labels import read_labels, write_labels
from mu2net_sidecar.data.manifest import Manifest, open_folder, refused
from mu2net_sidecar.data.prepared import PreparedDataset, find_prepared
from mu2net_sidecar.data.progress import Progress, told
from mu2net_sidecar.data.shards import DECODED_BYTES, ImageFiles, read_images, write_images
from mu2net_sidecar.data.source import BaseSplit, Source
from mu2net_sidecar.data.vtab import VTAB_TASKS, Labelling
from mu2net_sidecar.errors import SidecarError

_PACKAGE = Path(__file__).parents[3]
"""Where the sidecar runs from; it is not installed."""


def open_source(source: Mapping[str, Any]) -> Source:
    """Open `{"directory", "name", "version", "others", "image", "label"}`.

    Raises:
        SidecarError: `DATA_MISSING` when a data set is not prepared, `DATA_CORRUPT` when it or
            what was written of it is damaged; the line names the file.
    """
    return open_or_write(source)


def datasets_of(source: Mapping[str, Any]) -> list[tuple[str, str, Path]]:
    """Name, version and directory of each data set of a source, the main one first."""
    directory = Path(source["directory"])
    datasets = (source, *source["others"])
    return [(dataset["name"], dataset["version"], directory) for dataset in datasets]


def open_or_write(
    source: Mapping[str, Any],
    progress: Progress = lambda *_: None,
    decoded_bytes: float = DECODED_BYTES,
) -> Source:
    """Open a source as `open_source` does, telling how far the writing is, if there is any.

    Args:
        source: The source.
        progress: Told what is done: as `write_images` does, and 'label'.
        decoded_bytes: What the images of a data set that is written may fill decoded.

    Raises:
        SidecarError: As `open_source`.
    """
    datasets = [_found(*each) for each in datasets_of(source)]
    readers = [_Reader.of(dataset, source) for dataset in datasets]
    main, *others = [_opened(reader, progress, decoded_bytes) for reader in readers]
    base_splits = dict(main.base_splits)
    for dataset, other in zip(datasets[1:], others, strict=True):
        for split, images in other.base_splits.items():
            base_splits[f"{dataset.name}:{split}"] = images
    return Source(main.num_classes, base_splits, main.class_names)


def _found(name: str, version: str, directory: Path) -> PreparedDataset:
    dataset = find_prepared(directory, name, version)
    if dataset is None:
        raise SidecarError(
            "DATA_MISSING",
            f"{directory / name} has no prepared version {version}; prepare it, in {_PACKAGE}: "
            f"{sys.executable} -m mu2net_sidecar prepare {name}:{version} --directory {directory}",
        )
    return dataset


@dataclass(frozen=True)
class _Reader:
    """A data set, and how its examples are read."""

    dataset: PreparedDataset
    image: str
    label: Mapping[str, str]
    labelling: Labelling

    @classmethod
    def of(cls, dataset: PreparedDataset, source: Mapping[str, Any]) -> _Reader:
        image, label = source["image"], source["label"]
        dataset.check_image(image)
        if label["kind"] == "vtab":
            labelling = VTAB_TASKS[label["task"]]
            for feature in labelling.features:
                dataset.check(feature)
            return cls(dataset, image, label, labelling)
        key = label["key"]
        labelling = Labelling(dataset.class_count(key), (key,), partial(_only, key))
        return cls(dataset, image, label, labelling)

    @property
    def class_names(self) -> list[str] | None:
        """Names of the classes; those of labels that are derived have none."""
        key = self.label.get("key")
        return None if key is None else self.dataset.class_names(key)

    def files(self, split: str) -> Iterator[bytes]:
        """The images of a split as image files, in order."""
        for record in self.dataset.examples(split):
            (file,) = self._values(record, (self.image,)).get(self.image, ()) or (b"",)
            if not isinstance(file, bytes):
                raise self._corrupt(f"feature '{self.image}' is no image")
            yield file

    def decode(self, file: bytes) -> np.ndarray:
        """The pixels, uint8 (h, w, c), of an image file."""
        pixels = fitted(decode_bytes(file, f"an image of {self.dataset.folder}"))
        return pixels * np.uint8(self.labelling.scale)

    def labels(self, split: str) -> Iterator[int]:
        """The labels of a split, in order."""
        features = self.labelling.features
        for record in self.dataset.examples(split):
            values = self._values(record, features)
            try:
                yield self.labelling.label({name: _numbers(name, values) for name in features})
            except (ValueError, IndexError) as error:
                raise self._corrupt(str(error)) from error

    def _values(self, record: bytes, names: tuple[str, ...]) -> Mapping[str, Feature]:
        try:
            return parse_example(record, names)
        except ValueError as error:
            raise self._corrupt(str(error)) from error

    def _corrupt(self, reason: str) -> SidecarError:
        return SidecarError(
            "DATA_CORRUPT",
            f"{self.dataset.folder} has an example that cannot be read ({reason}); "
            "remove its folder and prepare it again",
        )


def _opened(reader: _Reader, progress: Progress, decoded_bytes: float) -> Source:
    dataset = reader.dataset
    facts = {"name": dataset.name, "version": dataset.version}
    as_images = {
        **facts,
        "image": reader.image,
        "scale": reader.labelling.scale,
        "largestSide": LARGEST_SIDE,
    }
    titles = {name: f"{dataset.name} {name}" for name in dataset.splits}
    counts = {name: sum(each.examples for each in files) for name, files in dataset.splits.items()}
    images_folder = _folder(dataset, "images", as_images)
    if not images_folder.exists():
        splits = {
            name: ImageFiles(title, counts[name], partial(reader.files, name))
            for name, title in titles.items()
        }
        write_images(images_folder, as_images, splits, reader.decode, progress, decoded_bytes)
    as_labels = {**facts, "label": reader.label}
    labels_folder = _folder(dataset, "labels", as_labels)
    if not labels_folder.exists():
        labels = {
            name: told(reader.labels(name), progress, "label", title, counts[name])
            for name, title in titles.items()
        }
        write_labels(labels_folder, as_labels, reader.labelling.num_classes, labels)
    images, labels = open_folder(images_folder), open_folder(labels_folder)
    return Source(
        labels.facts["numClasses"],
        {
            name: BaseSplit(
                partial(_read, images, labels, name, reader.decode),
                partial(_locate, labels_folder, name),
            )
            for name in dataset.splits
        },
        reader.class_names,
    )


def _folder(dataset: PreparedDataset, what: str, facts: Mapping[str, Any]) -> Path:
    way = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return dataset.folder / f"mu2net-{what}-{way[:12]}"


def _read(
    images: Manifest, labels: Manifest, split: str, decode: Callable[[bytes], np.ndarray]
) -> ImageSet:
    pixels, classes = read_images(images, split, decode), read_labels(labels, split)
    if len(pixels.places) != len(classes):
        raise refused(
            labels.folder,
            f"has {len(classes)} labels for the {len(pixels.places)} images of {images.folder}",
        )
    return ImageSet.of(pixels, classes)


def _locate(folder: Path, split: str, position: int) -> str:
    return f"{folder}: {split}"


def _numbers(name: str, values: Mapping[str, Feature]) -> np.ndarray:
    feature = values.get(name, [])
    if isinstance(feature, np.ndarray):
        return feature
    if feature:
        raise ValueError(f"feature '{name}' is text, not a number")
    # A sequence of nothing has no type.
    return np.array([], np.float32)


def _only(key: str, values: Mapping[str, np.ndarray]) -> int:
    if len(values[key]) != 1:
        raise ValueError(f"feature '{key}' has {len(values[key])} values, not one")
    return int(values[key][0])
