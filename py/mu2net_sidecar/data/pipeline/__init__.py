"""Batches of a task on the device: their order, where they are gathered from, and when."""

from mu2net_sidecar.data.pipeline._batches import (
    UNLABELLED,
    CohortBatches,
    TestBatches,
    TrainBatches,
    ValidationBatches,
)
from mu2net_sidecar.data.pipeline._image_batch import batch_images, decode_images, read_images
from mu2net_sidecar.data.pipeline._lookahead import Lookahead
from mu2net_sidecar.data.pipeline._mixture import MixedBatches, MixedTask
from mu2net_sidecar.data.pipeline._order import batch_order, permutation, successive
from mu2net_sidecar.data.pipeline._placement import (
    DeviceSplit,
    Examples,
    HostSplit,
    Order,
    Placements,
    Split,
)

__all__ = [
    "UNLABELLED",
    "CohortBatches",
    "DeviceSplit",
    "Examples",
    "HostSplit",
    "Lookahead",
    "MixedBatches",
    "MixedTask",
    "Order",
    "Placements",
    "Split",
    "TestBatches",
    "TrainBatches",
    "ValidationBatches",
    "batch_images",
    "batch_order",
    "decode_images",
    "permutation",
    "read_images",
    "successive",
]
