"""Time of the engine and of the baseline, measured in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mu2net_sidecar.bench.source import Clocked
from mu2net_sidecar.engine import BatchSource, Budget, Child, Engine, Event, Trained
from mu2net_sidecar.engine import train as engine_train

Trainer = Callable[[Child, BatchSource, Budget], Iterator[Event]]
"""Trains one child: the engine or the baseline."""

SETTLING = 4
"""Steps after which the host waits for the device in each step, on either side."""


def trainer_of(engine: Engine) -> Trainer:
    """The engine's trainer, for one child."""
    return lambda child, source, budget: engine_train(engine, [child], source, budget)


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


def alternate(
    rounds: int, ours: Callable[[], float], baseline: Callable[[], float], *, warm: bool = True
) -> Pairs:
    """Measures both in turns, the first of a round being the last of the round before.

    Args:
        rounds: pairs to measure.
        ours: measures once.
        baseline: measures once.
        warm: whether to call both once before, unmeasured.
    """
    if warm:
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
    """Trains a child to the end.

    Raises:
        ValueError: its training diverged.
    """
    last = list(events)[-1]
    if not isinstance(last, Trained):
        raise ValueError(f"the benchmark's child did not train to the end: {last}")
    return last


def step_seconds(train: Trainer, child: Child, source: BatchSource, steps: int) -> float:
    """Seconds per training step once host and device have settled; both sides run equally ahead."""
    clocked = Clocked(source)
    finish(train(child, clocked, Budget(SETTLING + steps, 1)))
    return (clocked.asked[-1] - clocked.asked[SETTLING - 1]) / steps


def steps_for(train: Trainer, child: Child, source: BatchSource, duration: float) -> int:
    """How many steps take about so many seconds; compiles what there is to compile."""
    finish(train(child, source, Budget(1, 1)))
    return max(3, round(duration / step_seconds(train, child, source, 2)))
