"""Tasks as plain data: the source of images, the splits and the number of classes.

These values say where data are and how to read them. Nothing here opens a file. Equal values mean
the same data, so that they serve as keys of a cache.
"""

from mu2net_sidecar.data.spec._source import (
    DigitsSource,
    FeatureLabel,
    FolderSource,
    HuggingFaceSource,
    IdxFiles,
    IdxSource,
    LabelSpec,
    NpzSource,
    ParquetSource,
    SourceSpec,
    TfdsDataset,
    TfdsSource,
    VtabLabel,
    WebDatasetSource,
)
from mu2net_sidecar.data.spec._split_expression import SplitSlice, parse_splits
from mu2net_sidecar.data.spec._task import Splits, TaskSpec

__all__ = [
    "DigitsSource",
    "FeatureLabel",
    "FolderSource",
    "HuggingFaceSource",
    "IdxFiles",
    "IdxSource",
    "LabelSpec",
    "NpzSource",
    "ParquetSource",
    "SourceSpec",
    "SplitSlice",
    "Splits",
    "TaskSpec",
    "TfdsDataset",
    "TfdsSource",
    "VtabLabel",
    "WebDatasetSource",
    "parse_splits",
]
