"""Data sets that TensorFlow Datasets has prepared, read without TensorFlow.

A prepared data set is a folder `<directory>/<name>/<version>` with files of records, each record a
serialised `tf.train.Example`, and two descriptions: `dataset_info.json` and `features.json`.
"""

from mu2net_sidecar.data.tfds._builder import build_dataset
from mu2net_sidecar.data.tfds._example import Feature, parse_example
from mu2net_sidecar.data.tfds._features import Features
from mu2net_sidecar.data.tfds._prepared import (
    PreparedDataset,
    RecordFile,
    find_prepared,
    list_prepared,
)
from mu2net_sidecar.data.tfds._reader import ExampleReader, open_reader
from mu2net_sidecar.data.tfds._records import read_records
from mu2net_sidecar.data.tfds._vtab import VTAB_LABELLINGS, Labelling

__all__ = [
    "VTAB_LABELLINGS",
    "ExampleReader",
    "Feature",
    "Features",
    "Labelling",
    "PreparedDataset",
    "RecordFile",
    "build_dataset",
    "find_prepared",
    "list_prepared",
    "open_reader",
    "parse_example",
    "read_records",
]
