"""Data sets that TensorFlow Datasets has prepared.

The examples in `<directory>/<name>/<version>` are written once to folders beside their files: one
of images and one of labels for each way to read them. From then on only these folders are read.
The base splits are those of the main data set; those of further data sets, which have the same
classes, are called `<name>:<split>`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mu2net_sidecar.data.cache import DECODED_BYTES
from mu2net_sidecar.data.labels import check_class_count
from mu2net_sidecar.data.sources._image_source import (
    BaseSplit,
    ImageSource,
    SourceFacts,
    readable_names,
)
from mu2net_sidecar.data.sources._tfds_cache import TfdsCache
from mu2net_sidecar.data.tfds import PreparedDataset, find_prepared, open_reader
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from mu2net_sidecar.data.cache import Progress
    from mu2net_sidecar.data.spec import TfdsDataset, TfdsSource

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
    num_classes = check_class_count(main.read_class_count(), str(main.label_folder))
    return ImageSource(num_classes, base_splits, main.reader.class_names)


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
        num_classes = check_class_count(main.read_class_count(), str(main.label_folder))
    return SourceFacts(num_classes, readable_names(main.reader.class_names), base_splits)


def _caches(spec: TfdsSource) -> list[TfdsCache]:
    datasets = [_find(spec.directory, dataset) for dataset in spec.datasets]
    return [
        TfdsCache(open_reader(dataset, spec.image, spec.label), spec.label) for dataset in datasets
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
