"""Sources of labelled images: one value per kind, which says where its data are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class IdxFiles:
    """One base split of an IDX data set.

    Attributes:
        split: Name of the base split.
        images: IDX file of the images.
        labels: IDX file of the labels.
    """

    split: str
    images: Path
    labels: Path


@dataclass(frozen=True)
class IdxSource:
    """IDX files, the format of MNIST; `files` has one entry per base split."""

    files: tuple[IdxFiles, ...]


@dataclass(frozen=True)
class DigitsSource:
    """The handwritten digits that scikit-learn brings."""


@dataclass(frozen=True)
class FolderSource:
    """Image files in one folder per class, below the folder `path`."""

    path: Path


@dataclass(frozen=True)
class NpzSource:
    """Arrays in the npz archive `path`."""

    path: Path


@dataclass(frozen=True)
class WebDatasetSource:
    """The shards of a WebDataset in the folder `path`, or the single shard `path`."""

    path: Path


@dataclass(frozen=True)
class ParquetSource:
    """Rows of Parquet files.

    Attributes:
        path: One file, or a folder of files.
        image: Column of the images.
        label: Column of the labels.
    """

    path: Path
    image: str
    label: str


@dataclass(frozen=True)
class HuggingFaceSource:
    """A data set that Hugging Face's `datasets` has saved to disk.

    Attributes:
        path: Folder of the data set.
        image: Column of the images.
        label: Column of the labels.
    """

    path: Path
    image: str
    label: str


@dataclass(frozen=True)
class TfdsDataset:
    """A data set of TensorFlow Datasets.

    Attributes:
        name: Its name, with its config after a slash: `emnist/digits`.
        version: Its version; a part that is `*` matches any number: `3.*.*`.
    """

    name: str
    version: str


@dataclass(frozen=True)
class FeatureLabel:
    """The label of an example is the value of the feature `key`."""

    key: str


@dataclass(frozen=True)
class VtabLabel:
    """The label of an example is derived from other features, as VTAB does.

    Attributes:
        task: Name of the rule, a key of `mu2net_sidecar.data.tfds.VTAB_LABELLINGS`.
    """

    task: str


LabelSpec = FeatureLabel | VtabLabel
"""How an example of TensorFlow Datasets gets its label."""


@dataclass(frozen=True)
class TfdsSource:
    """Data sets that TensorFlow Datasets has prepared.

    Attributes:
        directory: Folder that holds `<name>/<version>` of each data set.
        dataset: The main data set; its splits keep their names.
        others: Further data sets of the same classes; their splits are called `<name>:<split>`.
        image: Feature of the images.
        label: How an example gets its label.
    """

    directory: Path
    dataset: TfdsDataset
    others: tuple[TfdsDataset, ...]
    image: str
    label: LabelSpec

    @property
    def datasets(self) -> tuple[TfdsDataset, ...]:
        """All data sets, the main one first."""
        return (self.dataset, *self.others)


SourceSpec = (
    IdxSource
    | DigitsSource
    | FolderSource
    | NpzSource
    | WebDatasetSource
    | ParquetSource
    | HuggingFaceSource
    | TfdsSource
)
"""A source of any kind."""
