"""Row 2: how soon a second child trains."""

from __future__ import annotations

from collections.abc import Iterator

from mu2net_sidecar.bench._pairs import Pairs, seconds
from mu2net_sidecar.bench._record import Metric, Record, at_least, paired
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._source import Synthetic
from mu2net_sidecar.bench._subject import TINY, Root, Subject, mask, random_optimizer, vit
from mu2net_sidecar.bench._timing import finish, trainer_of
from mu2net_sidecar.bench._warm_up import warm_up
from mu2net_sidecar.engine import Budget

FIRST = Budget(1, 1)


def measure(setting: Setting) -> Iterator[Record]:
    """Times the first step of children that differ from all before."""
    for subject in setting.choose(
        cpu=[vit("Ti", 3, 32, 64), vit("Ti", 12, 32, 64), vit("B", 12, 64, 8)],
        accelerator=[vit("L", 24, 224, 64), vit("L", 24, 384, 64)],
        quick=[TINY],
    ):
        yield _measured(setting, subject)


def _measured(setting: Setting, subject: Subject) -> Record:
    root, draw = Root(subject, setting.seed), setting.draws(2)
    source = Synthetic(subject, draw)
    ours, baseline = trainer_of(setting.engine), setting.baseline().train
    warm_up(setting.engine, subject)
    finish(baseline(root.child(subject.names()), source, FIRST))
    pairs = Pairs([], [])
    for _ in range(setting.choose(cpu=5, accelerator=5, quick=2)):
        child = root.child(mask(subject.names(), 0.2, draw), optimizer=random_optimizer(draw))
        pairs.ours.append(seconds(lambda child=child: finish(ours(child, source, FIRST))))
        pairs.baseline.append(seconds(lambda child=child: finish(baseline(child, source, FIRST))))
    metric = Metric(
        2,
        "time to a second child's first step, baseline ÷ ours",
        setting.goal(cpu=at_least(20), accelerator=at_least(10)),
        "s",
    )
    return paired(
        metric,
        pairs,
        f"{subject}; from placing the child to the end of one step and one validation batch; "
        "µ = .2, another optimizer for each child",
        inverse=True,
    )


ROW = Row(2, measure)
