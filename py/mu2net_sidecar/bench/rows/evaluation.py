"""Row 7: evaluation beside training."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from mu2net_sidecar.bench._pairs import alternate, seconds
from mu2net_sidecar.bench._record import Metric, Record, at_least, paired
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._source import Synthetic
from mu2net_sidecar.bench._subject import TINY, Root, Subject, vit
from mu2net_sidecar.bench._timing import Stretches, steps_lasting, trainer_of
from mu2net_sidecar.engine import Batch, evaluate


def measure(setting: Setting) -> Iterator[Record]:
    """Counts images per second of evaluation and of training every component."""
    for subject in setting.choose(
        cpu=[vit("Ti", 12, 32, 256), vit("B", 12, 64, 8), vit("L", 24, 64, 4)],
        accelerator=[vit("L", 24, 224, 64), vit("L", 24, 384, 64)],
        quick=[TINY],
    ):
        yield _measured(setting, subject)


def _measured(setting: Setting, subject: Subject) -> Record:
    root, draw = Root(subject, setting.seed), setting.draws(7)
    source = Synthetic(subject, draw)
    child, frozen = root.child(subject.names()), root.child(())
    everything = trainer_of(setting.engine), child, source
    rounds = setting.choose(cpu=7, accelerator=7, quick=2)
    steps = steps_lasting(setting.choose(cpu=1.5, accelerator=3.0, quick=0.0), everything)
    training = Stretches(everything, steps, rounds + 1)
    batches = 3 * steps

    def run_evaluation() -> object:
        return evaluate(
            setting.engine, frozen.components, frozen.num_classes, _first(source, batches)
        )

    images = subject.batch_size
    pairs = alternate(
        rounds,
        lambda: images * batches / seconds(run_evaluation),
        lambda: images / training.step_seconds(),
    )
    metric = Metric(
        7,
        "images/s of evaluation ÷ of training all components",
        setting.goal(cpu=at_least(3), accelerator=at_least(3)),
        "images/s",
    )
    return paired(metric, pairs, f"{subject}; baseline: the engine as well")


def _first(source: Synthetic, batches: int) -> Iterator[Batch]:
    return islice(map(source.train_batch, range(batches)), batches)


ROW = Row(7, measure)
