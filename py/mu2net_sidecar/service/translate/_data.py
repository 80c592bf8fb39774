"""Translates the wire's description of data to the typed values of `mu2net_sidecar.data`."""

from __future__ import annotations

from pathlib import Path

from mu2net_sidecar import data
from mu2net_sidecar.wire import values


def task_of(task: values.Task) -> data.TaskSpec:
    """Returns the task that a message describes."""
    splits = data.Splits(task.splits.train, task.splits.validation, task.splits.test)
    return data.TaskSpec(task.name, source_of(task.source), splits, task.num_classes)


def source_of(source: values.Source) -> data.SourceSpec:
    """Returns the source that a message describes."""
    match source:
        case values.IdxSource(files):
            return data.IdxSource(
                tuple(
                    data.IdxFiles(split, Path(each.images), Path(each.labels))
                    for split, each in files.items()
                )
            )
        case values.DigitsSource():
            return data.DigitsSource()
        case values.FolderSource(path):
            return data.FolderSource(Path(path))
        case values.NpzSource(path):
            return data.NpzSource(Path(path))
        case values.WebDatasetSource(path):
            return data.WebDatasetSource(Path(path))
        case values.ParquetSource(path, image, label):
            return data.ParquetSource(Path(path), image, label)
        case values.HuggingFaceSource(path, image, label):
            return data.HuggingFaceSource(Path(path), image, label)
        case values.TfdsSource():
            return tfds_source_of(source)


def tfds_source_of(source: values.TfdsSource) -> data.TfdsSource:
    """Returns the source of TensorFlow Datasets that a message describes."""
    match source.label:
        case values.TfdsKey(key):
            label = data.FeatureLabel(key)
        case values.TfdsVtab(task):
            label = data.VtabLabel(task)
    return data.TfdsSource(
        directory=Path(source.directory),
        dataset=data.TfdsDataset(source.name, source.version),
        others=tuple(data.TfdsDataset(each.name, each.version) for each in source.others),
        image=source.image,
        label=label,
    )


def augmentation_of(augmentation: values.Augmentation) -> data.Augmentation:
    """Returns the augmentation that a message describes."""
    return data.Augmentation(
        crop=augmentation.crop,
        area_range_min=augmentation.area_range_min,
        aspect_ratio_range_min=augmentation.aspect_ratio_range_min,
        flip_left_right=augmentation.flip_left_right,
        brightness_delta=augmentation.brightness_delta,
        contrast_delta=augmentation.contrast_delta,
        saturation_delta=augmentation.saturation_delta,
        hue_delta=augmentation.hue_delta,
        quality_delta=augmentation.quality_delta,
        normalise_first=augmentation.normalise_first,
    )
