"""Row 1: children after the first few compile nothing."""

from __future__ import annotations

from collections.abc import Iterator

from mu2net_sidecar.bench.record import Record, absolute, at_most
from mu2net_sidecar.bench.row import Row
from mu2net_sidecar.bench.setting import Setting
from mu2net_sidecar.bench.source import Synthetic
from mu2net_sidecar.bench.subject import TINY, Root, mask, random_optimizer, vit
from mu2net_sidecar.bench.timing import Trainer, compile_all, finish, trainer_of
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
    compile_all(setting.engine, subject, CLASS_COUNTS)
    drawn = [random_child() for _ in range(children)]
    ours = _compilations(train, drawn, source)
    baseline = _compilations(setting.baseline().train, drawn[:baseline_children], source)
    yield absolute(
        1,
        f"XLA compilations over {children} random children after warm-up",
        ours,
        baseline / baseline_children * children,
        at_most(0),
        "programs",
        f"{subject}; masks, adapters, hyperparameters and class counts differ; baseline: "
        f"{baseline} over {baseline_children} children, scaled to {children}",
    )


def _compilations(train: Trainer, children: list[Child], source: Synthetic) -> int:
    with Compilations() as compilations:
        for child in children:
            finish(train(child, source, BUDGET))
    return compilations.count


ROW = Row(1, measure)
