"""Row 6: the time that a step saves on frozen components."""

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
    """Times steps of random children against steps that train every component."""
    for subject in setting.choose(
        cpu=[vit("Ti", 12, 32, 256), vit("B", 12, 64, 8)],
        accelerator=[vit("L", 24, 224, 64), vit("L", 24, 384, 64)],
        quick=[TINY],
    ):
        yield _measured(setting, subject)


def _measured(setting: Setting, subject: Subject) -> Record:
    root, draw = Root(subject, setting.seed), setting.draws(6)
    source = Synthetic(subject, draw)
    train, everything = trainer_of(setting.engine), root.child(subject.names())
    masks = setting.choose(cpu=12, accelerator=12, quick=2)
    pairs = Pairs([], [])
    for _ in range(masks):
        child = root.child(mask(subject.names(), 0.2, draw))
        pairs += alternate_steps(
            1,
            setting.choose(cpu=1.0, accelerator=2.0, quick=0.0),
            (train, child, source),
            (train, everything, source),
        )
    metric = Metric(
        6,
        "step at µ = .2 ÷ step with all components trainable",
        setting.goal(cpu=at_most(0.87), accelerator=at_most(0.78)),
        "s",
    )
    return paired(
        metric,
        pairs,
        f"{subject}; {masks} masks of a task's first generation; baseline: the engine as well",
    )


ROW = Row(6, measure)
