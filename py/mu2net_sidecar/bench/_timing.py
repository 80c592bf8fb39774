"""Time of the engine's and of the baseline's steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from mu2net_sidecar.bench._pairs import Pairs, alternate
from mu2net_sidecar.bench._source import Clocked
from mu2net_sidecar.engine import BatchSource, Budget, Child, Engine, Event, Progress, Trained
from mu2net_sidecar.engine import train as engine_train

Trainer = Callable[[Child, BatchSource, Budget], Iterator[Event]]
"""Trains one child: the engine or the baseline."""

Training = tuple[Trainer, Child, BatchSource]

SETTLING_STEPS = 4
"""Steps after which the host waits for the device in each step, on either side."""


def trainer_of(engine: Engine) -> Trainer:
    """The engine's trainer, for one child."""
    return lambda child, source, budget: engine_train(engine, [child], source, budget)


def finish(events: Iterator[Event]) -> Trained:
    """Trains a child to the end, and fetches its best snapshot.

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
        training: trainer, child and source.
        steps: steps timed in each stretch.
        count: stretches in all.
    """

    def __init__(self, training: Training, steps: int, count: int) -> None:
        train, child, source = training
        self._steps = steps
        self._clocked = Clocked(source)
        self._events = train(child, self._clocked, Budget(SETTLING_STEPS + steps, count))
        self._validations = 0

    def step_seconds(self) -> float:
        """Trains a stretch; returns seconds per step after host and device have settled.

        The time between the requests for two batches is the time of a step, because on either side
        the host is never more than a few steps ahead.
        """
        self._validations += 1
        for event in self._events:
            if isinstance(event, Progress) and len(event.qualities) == self._validations:
                asked = self._clocked.asked
                return (asked[-1] - asked[-1 - self._steps]) / self._steps
        raise ValueError("the benchmark's child has no steps left")


def steps_lasting(duration: float, training: Training) -> int:
    """How many steps of a child take about so many seconds; compiles what it needs."""
    trial = Stretches(training, 2, 2)
    trial.step_seconds()
    return max(3, round(duration / trial.step_seconds()))


def alternate_steps(rounds: int, duration: float, ours: Training, baseline: Training) -> Pairs:
    """Measures seconds per step of two children that train in turns.

    Args:
        rounds: pairs to measure.
        duration: approximate seconds of each of our measurements.
        ours: trainer, child and source.
        baseline: likewise.
    """
    steps = steps_lasting(duration, ours)
    a, b = (Stretches(training, steps, rounds + 1) for training in (ours, baseline))
    return alternate(rounds, a.step_seconds, b.step_seconds)
