"""Data sets that TensorFlow Datasets has prepared.

What is prepared in `<directory>/<name>/<version>` is written once to folders beside its files: one
of images and one of labels for each way to read them. From then on these folders are used alone.
The base splits are those of the main data set; those of further data sets, which have the same
classes, are called `<name>:<split>`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mu2net_sidecar.data.cache import (
    DECODED_BYTES,
    ImageFiles,
    Manifest,
    Progress,
    corrupt_folder,
    open_folder,
    open_images,
    open_labels,
    report_progress,
    write_images,
    write_labels,
)
from mu2net_sidecar.data.images import LARGEST_SIDE, ImageSet
from mu2net_sidecar.data.sources._image_source import (
    BaseSplit,
    ImageSource,
    SourceFacts,
    readable_names,
)
from mu2net_sidecar.data.spec import FeatureLabel, TfdsDataset, TfdsSource, VtabLabel
from mu2net_sidecar.data.tfds import ExampleReader, PreparedDataset, find_prepared, open_reader
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mu2net_sidecar.data.spec import LabelSpec

_PACKAGE = Path(__file__).parents[3]
"""Folder from which the sidecar runs; it is not installed."""


def open_tfds(
    spec: TfdsSource,
    progress: Progress = lambda *_: None,
    decoded_bytes: float = DECODED_BYTES,
) -> ImageSource:
    """Opens prepared data sets, and writes their images and labels if this has not been done.

    Args:
        spec: The source.
        progress: Receives the progress of writing: as in `write_images`, and the stage 'label'.
        decoded_bytes: Bytes that the decoded images of a data set may fill on disk.

    Raises:
        SidecarError: `DATA_MISSING` when a data set is not prepared, `DATA_CORRUPT` or
            `IMAGE_UNDECODABLE` when it or its cache is damaged; the line names the file.
    """
    caches = _caches(spec)
    for cache in caches:
        cache.write_images(progress, decoded_bytes)
        cache.write_labels(progress)
    base_splits: dict[str, BaseSplit] = {}
    for prefix, cache in zip(_prefixes(spec), caches, strict=True):
        for split, opened in cache.open_splits().items():
            base_splits[f"{prefix}{split}"] = opened
    main = caches[0]
    return ImageSource(main.read_class_count(), base_splits, main.reader.class_names)


def inspect_tfds(spec: TfdsSource) -> SourceFacts:
    """Returns the classes and base splits of prepared data sets from their descriptions.

    No image is decoded. Labels are read, and written to the cache, only when the description does
    not state the number of classes.

    Raises:
        SidecarError: `DATA_MISSING` when a data set or one of its files is missing, `DATA_CORRUPT`
            when its description is damaged; the line names the file.
    """
    caches = _caches(spec)
    base_splits: dict[str, int] = {}
    for prefix, cache in zip(_prefixes(spec), caches, strict=True):
        dataset = cache.reader.dataset
        if not cache.is_written:
            dataset.check_files()
        for split, examples in dataset.examples.items():
            base_splits[f"{prefix}{split}"] = examples
    main = caches[0]
    num_classes = main.reader.labelling.num_classes
    if num_classes is None:
        main.write_labels()
        num_classes = main.read_class_count()
    return SourceFacts(num_classes, readable_names(main.reader.class_names), base_splits)


def _caches(spec: TfdsSource) -> list[_Cache]:
    datasets = [_find(spec.directory, dataset) for dataset in spec.datasets]
    return [
        _Cache(open_reader(dataset, spec.image, spec.label), spec.label) for dataset in datasets
    ]


def _prefixes(spec: TfdsSource) -> list[str]:
    return ["", *(f"{other.name}:" for other in spec.others)]


def _find(directory: Path, dataset: TfdsDataset) -> PreparedDataset:
    name, version = dataset.name, dataset.version
    prepared = find_prepared(directory, name, version)
    if prepared is None:
        raise SidecarError(
            "DATA_MISSING",
            f"{directory / name} has no prepared version {version}; prepare it, in {_PACKAGE}: "
            f"{sys.executable} -m mu2net_sidecar prepare {name}:{version} --directory {directory}",
        )
    return prepared


@dataclass(frozen=True)
class _Cache:
    """The two folders that are written for one way to read a prepared data set.

    The name of a folder has a digest of its facts. Images do not depend on the labels, so sources
    that differ in the label alone share the folder of images.

    Attributes:
        reader: Reads the prepared data set.
        label: How an example gets its label.
    """

    reader: ExampleReader
    label: LabelSpec

    @property
    def image_facts(self) -> Mapping[str, Any]:
        """Everything on which the cached images depend, as written to the manifest."""
        return {
            **self._dataset_facts,
            "image": self.reader.image,
            "scale": self.reader.labelling.scale,
            "largestSide": LARGEST_SIDE,
        }

    @property
    def label_facts(self) -> Mapping[str, Any]:
        """Everything on which the cached labels depend, as written to the manifest."""
        return {**self._dataset_facts, "label": _label_facts(self.label)}

    @property
    def _dataset_facts(self) -> Mapping[str, Any]:
        dataset = self.reader.dataset
        return {"name": dataset.name, "version": dataset.version}

    @property
    def image_folder(self) -> Path:
        """Folder of the images."""
        return self._folder("images", self.image_facts)

    @property
    def label_folder(self) -> Path:
        """Folder of the labels."""
        return self._folder("labels", self.label_facts)

    @property
    def is_written(self) -> bool:
        """Whether both folders exist."""
        return self.image_folder.exists() and self.label_folder.exists()

    def write_images(self, progress: Progress, decoded_bytes: float) -> None:
        """Writes the folder of images unless it exists; see `cache.write_images`."""
        if self.image_folder.exists():
            return
        splits = {
            name: ImageFiles(self._title(name), examples, partial(self.reader.read_files, name))
            for name, examples in self.reader.dataset.examples.items()
        }
        write_images(
            self.image_folder,
            self.image_facts,
            splits,
            self.reader.decode,
            progress=progress,
            decoded_bytes=decoded_bytes,
        )

    def write_labels(self, progress: Progress = lambda *_: None) -> None:
        """Writes the folder of labels unless it exists; see `cache.write_labels`."""
        if self.label_folder.exists():
            return
        labels = {
            name: report_progress(
                self.reader.read_labels(name),
                progress,
                stage="label",
                title=self._title(name),
                total=examples,
            )
            for name, examples in self.reader.dataset.examples.items()
        }
        num_classes = self.reader.labelling.num_classes
        write_labels(self.label_folder, self.label_facts, num_classes, labels)

    def read_class_count(self) -> int:
        """Returns the number of classes that the folder of labels states."""
        return open_folder(self.label_folder).facts["numClasses"]

    def open_splits(self) -> dict[str, BaseSplit]:
        """Opens the base splits; their images and labels are read when they are asked for."""
        images, labels = open_folder(self.image_folder), open_folder(self.label_folder)
        return {
            name: BaseSplit(
                examples,
                partial(self._read, images, labels, name),
                partial(self._locate, name),
            )
            for name, examples in self.reader.dataset.examples.items()
        }

    def _read(self, images: Manifest, labels: Manifest, split: str) -> ImageSet:
        pixels = open_images(images, split, self.reader.decode)
        classes = open_labels(labels, split)
        if len(pixels.places) != len(classes):
            raise corrupt_folder(
                labels.folder,
                f"has {len(classes)} labels for the {len(pixels.places)} images of {images.folder}",
            )
        return ImageSet.from_ragged(pixels, classes)

    def _locate(self, split: str, position: int) -> str:
        return f"{self.label_folder}: {split}"

    def _title(self, split: str) -> str:
        return f"{self.reader.dataset.name} {split}"

    def _folder(self, content: str, facts: Mapping[str, Any]) -> Path:
        digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        return self.reader.dataset.folder / f"mu2net-{content}-{digest[:12]}"


def _label_facts(label: LabelSpec) -> Mapping[str, str]:
    match label:
        case FeatureLabel(key):
            return {"kind": "key", "key": key}
        case VtabLabel(task):
            return {"kind": "vtab", "task": task}
