# Generated from protocol/values/source.ts by `npm run generate`; edit that instead.
"""Sources of images and labels."""

from __future__ import annotations

from typing import Literal

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values._scalars import Text


class IdxFiles(Value, frozen=True):
    """The two files of a base split of an IDX data set."""

    images: Text
    labels: Text


class IdxSource(Value, frozen=True, tag_field="kind", tag="idx"):
    """IDX files, the format of MNIST.

    Attributes:
        files: Files by base split.
    """

    files: dict[str, IdxFiles]


class DigitsSource(Value, frozen=True, tag_field="kind", tag="digits"):
    """The handwritten digits of scikit-learn."""


class FolderSource(Value, frozen=True, tag_field="kind", tag="folder"):
    """Image files in a folder per class."""

    path: Text


class NpzSource(Value, frozen=True, tag_field="kind", tag="npz"):
    """Arrays of images and labels in an npz file."""

    path: Text


class WebDatasetSource(Value, frozen=True, tag_field="kind", tag="webdataset"):
    """Shards of a WebDataset."""

    path: Text


class ParquetSource(Value, frozen=True, tag_field="kind", tag="parquet"):
    """Rows of Parquet files.

    Attributes:
        image: Column or feature that holds the image.
        label: Column that holds the label.
    """

    path: Text
    image: Text
    label: Text


class HuggingFaceSource(Value, frozen=True, tag_field="kind", tag="huggingface"):
    """A dataset that the Hugging Face library saved to disk.

    Attributes:
        image: Column or feature that holds the image.
        label: Column that holds the label.
    """

    path: Text
    image: Text
    label: Text


class TfdsDataset(Value, frozen=True):
    """A data set of TensorFlow Datasets.

    Attributes:
        name: With the config after a slash, if there is one: `emnist/digits`.
        version: Parts after a `*` do not matter: `3.*.*`.
    """

    name: Text
    version: Text


class TfdsKey(Value, frozen=True, tag_field="kind", tag="key"):
    """The label is a feature of the example."""

    key: Text


class TfdsVtab(Value, frozen=True, tag_field="kind", tag="vtab"):
    """The label is computed from the example as VTAB does."""

    task: Literal[
        "clevr/closest_object_distance",
        "clevr/count_all",
        "clevr/count_cylinders",
        "dsprites/label_orientation",
        "dsprites/label_x_position",
        "kitti/closest_object_distance",
        "kitti/closest_vehicle_distance",
        "kitti/count_vehicles",
    ]


TfdsLabel = TfdsKey | TfdsVtab
"""How an example gets its label."""


class TfdsSource(Value, frozen=True, tag_field="kind", tag="tfds"):
    """Data that TensorFlow Datasets has prepared.

    Attributes:
        directory: Folder that holds `<name>/<version>` of each data set.
        name: With the config after a slash, if there is one: `emnist/digits`.
        version: Parts after a `*` do not matter: `3.*.*`.
        others: Further data sets; splits name theirs as `<name>:<split>`.
        image: Column or feature that holds the image.
    """

    directory: Text
    name: Text
    version: Text
    others: list[TfdsDataset]
    image: Text
    label: TfdsLabel


Source = (
    IdxSource
    | DigitsSource
    | FolderSource
    | NpzSource
    | WebDatasetSource
    | ParquetSource
    | HuggingFaceSource
    | TfdsSource
)
"""Where the images and labels of a task come from."""
