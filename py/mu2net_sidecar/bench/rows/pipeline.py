"""Row 8: the cost of preparing batches from decoded images."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mu2net_sidecar.bench._record import Metric, Record, at_least, paired
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._source import Synthetic
from mu2net_sidecar.bench._subject import NUM_CLASSES, TINY, Root, Subject, mask, vit
from mu2net_sidecar.bench._timing import alternate_steps, trainer_of
from mu2net_sidecar.data import (
    Augmentation,
    CohortBatches,
    DeviceSplit,
    ImageSet,
    TrainBatches,
    ValidationBatches,
)

PUBLISHED = Augmentation(
    crop=True,
    area_range_min=0.05,
    aspect_ratio_range_min=0.75,
    flip_left_right=True,
    brightness_delta=0.0,
    contrast_delta=0.0,
    saturation_delta=0.0,
    hue_delta=0.0,
)
"""The data hyperparameters that published runs start from (method.md §7)."""


def measure(setting: Setting) -> Iterator[Record]:
    """Times steps on batches cut from images in memory against steps on ready-made batches."""
    for subject, stored in setting.choose(
        cpu=[(vit("Ti", 12, 32, 256), 48), (vit("B", 12, 64, 8), 96)],
        accelerator=[(vit("L", 24, 224, 64), 384), (vit("L", 24, 384, 64), 512)],
        quick=[(TINY, 12)],
    ):
        yield _measured(setting, subject, stored)


def _measured(setting: Setting, subject: Subject, stored: int) -> Record:
    root, draw = Root(subject, setting.seed), setting.draws(8)
    size, batch = subject.architecture.image_size, subject.batch_size
    images = ImageSet.from_array(
        draw.integers(0, 256, (1000, stored, stored, 3), np.uint8),
        draw.integers(0, NUM_CLASSES, 1000),
    )
    split = DeviceSplit(images)
    real = CohortBatches(
        TrainBatches(
            split,
            batch_size=batch,
            image_size=size,
            augmentation=PUBLISHED,
            data_seed=setting.seed,
        ),
        ValidationBatches(split, batch, 1, size),
    )
    child, train = root.child(mask(subject.names(), 0.2, draw)), trainer_of(setting.engine)
    pairs = alternate_steps(
        setting.choose(cpu=7, accelerator=7, quick=2),
        setting.choose(cpu=1.5, accelerator=3.0, quick=0.0),
        (train, child, real),
        (train, child, Synthetic(subject, draw)),
    )
    metric = Metric(
        8,
        "images/s on images from memory ÷ on ready-made batches",
        setting.goal(cpu=at_least(0.95), accelerator=at_least(0.98)),
        "images/s",
    )
    return paired(
        metric,
        pairs.rates(batch),
        f"{subject}; µ = .2; 1000 images of {stored} px as bytes, cropped, flipped and resized "
        "as in published runs; baseline: the engine as well",
    )


ROW = Row(8, measure)
