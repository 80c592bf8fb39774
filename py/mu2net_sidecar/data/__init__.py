"""Images of a task: where they come from, how they are split, augmented and batched."""

from mu2net_sidecar.data.augment import Augmentation
from mu2net_sidecar.data.batches import (
    UNLABELLED,
    CohortBatches,
    TestBatches,
    TrainBatches,
    ValidationBatches,
)
from mu2net_sidecar.data.datasets import DataCache, Dataset, open_task
from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.placement import DeviceSplit, HostSplit, Placements, Split
from mu2net_sidecar.data.read import read_images

__all__ = [
    "UNLABELLED",
    "Augmentation",
    "CohortBatches",
    "DataCache",
    "Dataset",
    "DeviceSplit",
    "HostSplit",
    "ImageSet",
    "Placements",
    "Split",
    "TestBatches",
    "TrainBatches",
    "ValidationBatches",
    "open_task",
    "read_images",
]
