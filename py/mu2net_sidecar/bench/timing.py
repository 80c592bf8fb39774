"""Time of the engine and of the baseline, measured in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from mu2net_sidecar.bench.source import Clocked
from mu2net_sidecar.bench.subject import NUM_CLASSES, Subject
from mu2net_sidecar.engine import (
    BatchSource,
    Budget,
    Child,
    Engine,
    Event,
    Progress,
    Trained,
    warm_up,
)
from mu2net_sidecar.engine import train as engine_train

Trainer = Callable[[Child, BatchSource, Budget], Iterator[Event]]
"""Trains one child: the engine or the baseline."""

Training = tuple[Trainer, Child, BatchSource]

SETTLING = 4
"""Steps after which the host waits for the device in each step, on either side."""


def trainer_of(engine: Engine) -> Trainer:
    """The engine's trainer, for one child."""
    return lambda child, source, budget: engine_train(engine, [child], source, budget)


def compile_all(
    engine: Engine, subject: Subject, class_counts: Iterable[int] = (NUM_CLASSES,)
) -> None:
    """Compiles what children of a subject share."""
    names = replace(subject, depth=1).names(adapters=[0])
    for num_classes in class_counts:
        architecture = replace(subject.architecture, num_classes=num_classes)
        warm_up(engine, names, architecture, subject.batch_size, subject.batch_size)


@dataclass(frozen=True)
class Pairs:
    """Numbers measured in turns."""

    ours: list[float]
    baseline: list[float]

    @property
    def ratios(self) -> list[float]:
        """Ours ÷ baseline, pair by pair."""
        return [a / b for a, b in zip(self.ours, self.baseline, strict=True)]

    @property
    def inverse_ratios(self) -> list[float]:
        """Baseline ÷ ours, pair by pair."""
        return [b / a for a, b in zip(self.ours, self.baseline, strict=True)]

    def __add__(self, other: Pairs) -> Pairs:
        return Pairs(self.ours + other.ours, self.baseline + other.baseline)


def alternate(rounds: int, ours: Callable[[], float], baseline: Callable[[], float]) -> Pairs:
    """Measures both in turns, the first of a round being the last of the round before.

    Args:
        rounds: pairs to measure; one more comes before them and is not counted.
        ours: measures once.
        baseline: measures once.
    """
    ours()
    baseline()
    pairs = Pairs([], [])
    for number in range(rounds):
        if number % 2 == 0:
            pairs.ours.append(ours())
            pairs.baseline.append(baseline())
        else:
            pairs.baseline.append(baseline())
            pairs.ours.append(ours())
    return pairs


def seconds(action: Callable[[], object]) -> float:
    """Wall time of an action that leaves nothing running on the device."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def finish(events: Iterator[Event]) -> Trained:
    """Trains a child to the end, and fetches what it retained.

    Raises:
        ValueError: its training diverged.
    """
    last = list(events)[-1]
    if not isinstance(last, Trained):
        raise ValueError(f"the benchmark's child did not train to the end: {last}")
    return replace(last, best=None if last.best is None else dict(last.best))


class Stretches:
    """A child in training, some steps at a time.

    A validation ends each stretch, so that another child can train before the next one.

    Args:
        train: the engine or the baseline.
        child: to train.
        source: of its batches.
        steps: timed in each stretch.
        count: stretches in all.
    """

    def __init__(
        self, train: Trainer, child: Child, source: BatchSource, steps: int, count: int
    ) -> None:
        self._steps = steps
        self._clocked = Clocked(source)
        self._events = train(child, self._clocked, Budget(SETTLING + steps, count))
        self._validations = 0

    def step_seconds(self) -> float:
        """Trains a stretch; returns seconds per step once host and device have settled.

        The time between two steps' demands for a batch is that of a step, for the host is never
        more than so many steps ahead, on either side.
        """
        self._validations += 1
        for event in self._events:
            if isinstance(event, Progress) and len(event.qualities) == self._validations:
                asked = self._clocked.asked
                return (asked[-1] - asked[-1 - self._steps]) / self._steps
        raise ValueError("the benchmark's child has no steps left")


def steps_lasting(duration: float, train: Trainer, child: Child, source: BatchSource) -> int:
    """How many steps of a child take about so many seconds; compiles what it needs."""
    trial = Stretches(train, child, source, 2, 2)
    trial.step_seconds()
    return max(3, round(duration / trial.step_seconds()))


def alternate_steps(rounds: int, duration: float, ours: Training, baseline: Training) -> Pairs:
    """Seconds per step of two children that train in turns.

    Args:
        rounds: pairs to measure.
        duration: of each of ours, in seconds, about.
        ours: trainer, child and source.
        baseline: likewise.
    """
    steps = steps_lasting(duration, *ours)
    a, b = (Stretches(*training, steps, rounds + 1) for training in (ours, baseline))
    return alternate(rounds, a.step_seconds, b.step_seconds)
