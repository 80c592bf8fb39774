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

__all__ = [
    "UNLABELLED",
    "Augmentation",
    "CohortBatches",
    "DataCache",
    "Dataset",
    "ImageSet",
    "TestBatches",
    "TrainBatches",
    "ValidationBatches",
    "open_task",
]
