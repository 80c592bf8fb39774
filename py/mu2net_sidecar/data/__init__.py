"""Images of a task: where they come from, how they are split, augmented and batched.

- `spec`: tasks, sources and split expressions as plain data.
- `sources`: one module per kind of source, which opens it or inspects it without decoding.
- `tfds`: data sets that TensorFlow Datasets has prepared: records, features, VTAB's labels.
- `cache`: images and labels written to disk once, checked against a manifest.
- `images`: labelled images in memory or wherever they are decoded from.
- `augment`: from stored bytes to what a model sees, on the device.
- `pipeline`: batches: their order, where they are gathered from, and when.
- `files`: files and folders of a user, read with bounds.
- `labels`: numbers and names of classes, with bounds.
- `optional`: packages that only some kinds of data need.
"""

from mu2net_sidecar.data._interruption import interruptible
from mu2net_sidecar.data._prepare import StageProgress, prepare_source
from mu2net_sidecar.data._task import DataCache, Dataset, open_task
from mu2net_sidecar.data.augment import Augmentation, Distortion
from mu2net_sidecar.data.cache import DECODED_BYTES
from mu2net_sidecar.data.images import ImageSet, encode_png
from mu2net_sidecar.data.pipeline import (
    UNLABELLED,
    CohortBatches,
    DeviceSplit,
    HostSplit,
    MixedBatches,
    MixedTask,
    Placements,
    Split,
    TestBatches,
    TrainBatches,
    ValidationBatches,
    batch_images,
    decode_images,
    read_images,
)
from mu2net_sidecar.data.sources import ImageSource, SourceFacts, inspect_source, open_source
from mu2net_sidecar.data.spec import (
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
    Splits,
    SplitSlice,
    TaskSpec,
    TfdsDataset,
    TfdsSource,
    VtabLabel,
    WebDatasetSource,
    parse_splits,
)
from mu2net_sidecar.data.tfds import find_prepared, list_prepared

__all__ = [
    "DECODED_BYTES",
    "UNLABELLED",
    "Augmentation",
    "CohortBatches",
    "DataCache",
    "Dataset",
    "DeviceSplit",
    "DigitsSource",
    "Distortion",
    "FeatureLabel",
    "FolderSource",
    "HostSplit",
    "HuggingFaceSource",
    "IdxFiles",
    "IdxSource",
    "ImageSet",
    "ImageSource",
    "LabelSpec",
    "MixedBatches",
    "MixedTask",
    "NpzSource",
    "ParquetSource",
    "Placements",
    "SourceFacts",
    "SourceSpec",
    "Split",
    "SplitSlice",
    "Splits",
    "StageProgress",
    "TaskSpec",
    "TestBatches",
    "TfdsDataset",
    "TfdsSource",
    "TrainBatches",
    "ValidationBatches",
    "VtabLabel",
    "WebDatasetSource",
    "batch_images",
    "decode_images",
    "encode_png",
    "find_prepared",
    "inspect_source",
    "interruptible",
    "list_prepared",
    "open_source",
    "open_task",
    "parse_splits",
    "prepare_source",
    "read_images",
]
