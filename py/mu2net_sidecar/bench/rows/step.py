"""Row 4: the steady training step."""

from __future__ import annotations

from collections.abc import Iterator

from mu2net_sidecar.bench._pairs import Pairs
from mu2net_sidecar.bench._record import Metric, Record, at_most, paired
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._source import Synthetic
from mu2net_sidecar.bench._subject import TINY, Root, Subject, mask, vit
from mu2net_sidecar.bench._timing import alternate_steps, trainer_of


def measure(setting: Setting) -> Iterator[Record]:
    """Times steps of random children against programs compiled for exactly these children."""
    for subject, masks in setting.choose(
        cpu=[
            (vit("Ti", 3, 32, 512), 3),
            (vit("Ti", 12, 32, 256), 3),
            (vit("B", 12, 64, 8), 3),
            (vit("L", 24, 64, 4), 1),
        ],
        accelerator=[(vit("L", 24, 224, 64), 3), (vit("L", 24, 384, 64), 3)],
        quick=[(TINY, 1)],
    ):
        yield _measured(setting, subject, masks)


def _measured(setting: Setting, subject: Subject, masks: int) -> Record:
    root, draw = Root(subject, setting.seed), setting.draws(4)
    source = Synthetic(subject, draw)
    pairs, rounds = Pairs([], []), setting.choose(cpu=5, accelerator=5, quick=2)
    for _ in range(masks):
        child = root.child(mask(subject.names(), 0.2, draw))
        pairs += alternate_steps(
            rounds,
            setting.choose(cpu=1.5, accelerator=3.0, quick=0.0),
            (trainer_of(setting.engine), child, source),
            (setting.baseline().train, child, source),
        )
    metric = Metric(
        4,
        "steady training step, ours ÷ baseline",
        setting.goal(cpu=at_most(0.7), accelerator=at_most(1.03)),
        "s",
    )
    return paired(
        metric,
        pairs,
        f"{subject}; {masks} masks at µ = .2, batches on the device on both sides",
    )


ROW = Row(4, measure)
