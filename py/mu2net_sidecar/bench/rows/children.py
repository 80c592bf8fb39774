"""Row 3: whole children of a small task."""

from __future__ import annotations

from collections.abc import Iterator

from mu2net_sidecar.bench._pairs import Pairs, seconds
from mu2net_sidecar.bench._record import Metric, Record, at_least, paired
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._source import Shipped, Synthetic
from mu2net_sidecar.bench._subject import TINY, Root, Subject, mask, random_optimizer, vit
from mu2net_sidecar.bench._timing import finish, trainer_of
from mu2net_sidecar.bench._warm_up import warm_up
from mu2net_sidecar.engine import Budget

TRAIN_EXAMPLES = 800
VALIDATION_BATCHES, VALIDATION_BATCH_SIZE = 4, 50
VALIDATIONS = 4
HOUR = 3600


def measure(setting: Setting) -> Iterator[Record]:
    """Trains children of the shape that VTAB-1k gives, from loading to download."""
    for subject in setting.choose(
        cpu=[vit("Ti", 3, 32, 64), vit("Ti", 12, 32, 64)],
        accelerator=[vit("L", 24, 224, 64), vit("L", 24, 384, 64)],
        quick=[TINY],
    ):
        yield _measured(setting, subject)


def _measured(setting: Setting, subject: Subject) -> Record:
    root, draw = Root(subject, setting.seed), setting.draws(3)
    budget = setting.choose(
        cpu=Budget(-(-TRAIN_EXAMPLES // subject.batch_size), VALIDATIONS),
        accelerator=Budget(-(-TRAIN_EXAMPLES // subject.batch_size), VALIDATIONS),
        quick=Budget(2, 2),
    )
    source = Synthetic(
        subject,
        draw,
        validation_batches=VALIDATION_BATCHES,
        validation_batch_size=VALIDATION_BATCH_SIZE,
    )
    shipped = Shipped(source)
    ours, baseline = trainer_of(setting.engine), setting.baseline().train
    finish(ours(root.child(subject.names(), quality_bar=None), source, Budget(1, 1)))
    warm_up(setting.engine, subject)
    finish(baseline(root.child(subject.names()), shipped, Budget(1, 1)))
    pairs = Pairs([], [])
    for _ in range(setting.choose(cpu=5, accelerator=3, quick=2)):
        child = root.child(
            mask(subject.names(), 0.2, draw), optimizer=random_optimizer(draw), quality_bar=None
        )
        pairs.ours.append(HOUR / seconds(lambda child=child: finish(ours(child, source, budget))))
        pairs.baseline.append(
            HOUR / seconds(lambda child=child: finish(baseline(child, shipped, budget)))
        )
    metric = Metric(
        3,
        "VTAB-1k-shaped children per hour, ours ÷ baseline",
        setting.goal(cpu=at_least(5), accelerator=at_least(3)),
        "children/h",
    )
    return paired(
        metric,
        pairs,
        f"{subject}; {budget.steps} steps, {budget.validations} validations of "
        f"{VALIDATION_BATCHES * VALIDATION_BATCH_SIZE} images, best snapshot fetched; µ = .2",
    )


ROW = Row(3, measure)
