"""The cache of a prepared data set: its images and labels, written beside its files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mu2net_sidecar.data.cache import (
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
from mu2net_sidecar.data.sources._image_source import BaseSplit
from mu2net_sidecar.data.spec import FeatureLabel, VtabLabel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mu2net_sidecar.data.spec import LabelSpec
    from mu2net_sidecar.data.tfds import ExampleReader


@dataclass(frozen=True)
class TfdsCache:
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
