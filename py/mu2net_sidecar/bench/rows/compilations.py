"""Row 1: children on warm programs compile nothing."""

from __future__ import annotations

from collections.abc import Iterator

from mu2net_sidecar.bench._record import Metric, Record, absolute, at_most
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._source import Synthetic
from mu2net_sidecar.bench._subject import TINY, Root, mask, random_optimizer, vit
from mu2net_sidecar.bench._timing import Trainer, finish, trainer_of
from mu2net_sidecar.bench._warm_up import warm_up
from mu2net_sidecar.engine import Budget, Child, Compilations

CLASS_COUNTS = (10, 16, 47, 64, 100, 102)
BUDGET = Budget(1, 1)


def measure(setting: Setting) -> Iterator[Record]:
    """Trains random children on warm programs and counts what XLA compiles."""
    subject = setting.choose(
        cpu=vit("Ti", 3, 32, 32), accelerator=vit("L", 24, 224, 16), quick=TINY
    )
    children = setting.choose(cpu=32, accelerator=32, quick=4)
    baseline_children = setting.choose(cpu=8, accelerator=2, quick=2)
    root, draw = Root(subject, setting.seed), setting.draws(1)
    source = Synthetic(subject, draw)

    def random_child() -> Child:
        adapters = [layer for layer in range(subject.depth) if draw.random() < 0.3]
        return root.child(
            mask(subject.names(adapters), 0.2, draw),
            adapters=adapters,
            optimizer=random_optimizer(draw),
            num_classes=int(draw.choice(CLASS_COUNTS)),
            quality_bar=None,
        )

    train = trainer_of(setting.engine)
    warm_up(setting.engine, subject, CLASS_COUNTS)
    drawn = [random_child() for _ in range(children)]
    ours = _compilations(train, drawn, source)
    baseline = _compilations(setting.baseline().train, drawn[:baseline_children], source)
    name = f"XLA compilations over {children} random children after warm-up"
    yield absolute(
        Metric(1, name, at_most(0), "programs"),
        ours,
        f"{subject}; masks, adapters, hyperparameters and class counts differ; warm-up: children "
        "that put each kind in each role; baseline: "
        f"{baseline} over {baseline_children} children, scaled to {children}",
        baseline / baseline_children * children,
    )


def _compilations(train: Trainer, children: list[Child], source: Synthetic) -> int:
    with Compilations() as compilations:
        for child in children:
            finish(train(child, source, BUDGET))
    return compilations.count


ROW = Row(1, measure)
