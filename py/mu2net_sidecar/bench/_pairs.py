"""Numbers measured in turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pairs:
    """Numbers measured in turns: the n-th of ours belongs to the n-th of the baseline."""

    ours: list[float]
    baseline: list[float]

    @property
    def ratios(self) -> list[float]:
        """Ours ÷ baseline, pair by pair."""
        return [a / b for a, b in zip(self.ours, self.baseline, strict=True)]

    def rates(self, amount: float) -> Pairs:
        """An amount ÷ each number: of seconds, rates per second."""
        return Pairs([amount / a for a in self.ours], [amount / b for b in self.baseline])

    def __add__(self, other: Pairs) -> Pairs:
        return Pairs(self.ours + other.ours, self.baseline + other.baseline)


def alternate(rounds: int, ours: Callable[[], float], baseline: Callable[[], float]) -> Pairs:
    """Measures both in turns; each round begins with the side that ended the round before.

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
    """Measures the wall time of an action that leaves nothing running on the device."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
