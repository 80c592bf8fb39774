"""Row 14: children that train together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mu2net_sidecar.bench._pairs import alternate, seconds
from mu2net_sidecar.bench._record import Metric, Record, paired
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._subject import NUM_CLASSES, TINY, Root, Subject, mask, vit
from mu2net_sidecar.bench._warm_up import warm_up
from mu2net_sidecar.bench.rows.pipeline import PUBLISHED
from mu2net_sidecar.data import (
    Augmentation,
    CohortBatches,
    DeviceSplit,
    ImageSet,
    TrainBatches,
    ValidationBatches,
)
from mu2net_sidecar.engine import BatchKeys, Budget, Engine, ExampleKeys, train

CHILDREN = 4
TRAIN_EXAMPLES, VALIDATION_BATCHES, VALIDATION_BATCH_SIZE = 800, 4, 50
STILL = PUBLISHED._replace(crop=False, flip_left_right=False)
HOUR = 3600


def measure(setting: Setting) -> Iterator[Record]:
    """Trains a cohort in lockstep, and its children one by one, augmented and not."""
    for subject in setting.choose(
        cpu=[vit("Ti", 3, 32, 64), vit("Ti", 12, 32, 64)],
        accelerator=[vit("L", 24, 224, 64)],
        quick=[TINY],
    ):
        for augmentation, rate in ((PUBLISHED, 0.2), (STILL, 0.2), (STILL, 0.02)):
            yield _measured(setting, subject, augmentation, rate)


def _measured(
    setting: Setting, subject: Subject, augmentation: Augmentation, rate: float
) -> Record:
    root, draw = Root(subject, setting.seed), setting.draws(14)
    size, batch = subject.architecture.image_size, subject.batch_size
    budget = setting.choose(
        cpu=Budget(-(-TRAIN_EXAMPLES // batch), 4),
        accelerator=Budget(-(-TRAIN_EXAMPLES // batch), 4),
        quick=Budget(2, 2),
    )
    images = ImageSet.from_array(
        draw.integers(0, 256, (TRAIN_EXAMPLES, 2 * size, 2 * size, 3), np.uint8),
        draw.integers(0, NUM_CLASSES, TRAIN_EXAMPLES),
    )
    split = DeviceSplit(images)
    validation = ValidationBatches(split, VALIDATION_BATCH_SIZE, VALIDATION_BATCHES, size)
    batches = CohortBatches(
        TrainBatches(
            split,
            batch_size=batch,
            image_size=size,
            augmentation=augmentation,
            data_seed=setting.seed,
        ),
        validation,
    )
    examples = None
    if not augmentation.varies:
        examples = ExampleKeys("train", len(batches.train), batches.train.examples)
    keys = BatchKeys("validation", examples)
    children = [
        root.child(mask(subject.names(), rate, draw), quality_bar=None) for _ in range(CHILDREN)
    ]
    warm_up(setting.engine, subject)

    def together() -> None:
        engine = Engine(setting.engine.options)
        for _ in train(engine, children, batches, budget, keys=keys):
            pass

    def one_by_one() -> None:
        engine = Engine(setting.engine.options)
        for child in children:
            for _ in train(engine, [child], batches, budget):
                pass

    pairs = alternate(
        setting.choose(cpu=5, accelerator=3, quick=2),
        lambda: HOUR * CHILDREN / seconds(together),
        lambda: HOUR * CHILDREN / seconds(one_by_one),
    )
    varied = "augmented" if augmentation.varies else "not augmented"
    name = "children per hour in lockstep, prefixes kept ÷ one by one, nothing kept"
    return paired(
        Metric(14, name, None, "children/h"),
        pairs,
        f"{subject}; {CHILDREN} children, µ = {rate:g}, images from memory, {varied}; "
        f"{budget.steps} steps, {budget.validations} validations of "
        f"{VALIDATION_BATCHES * VALIDATION_BATCH_SIZE} images; baseline: the engine as well",
    )


ROW = Row(14, measure)
