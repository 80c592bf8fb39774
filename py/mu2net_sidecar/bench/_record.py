"""The report of a row of the benchmark."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any, Literal

from mu2net_sidecar.bench._pairs import Pairs


@dataclass(frozen=True)
class Goal:
    """A bound on a measured number."""

    sense: Literal["≤", "≥"]
    bound: float

    def holds(self, value: float) -> bool:
        """Whether the value reaches the goal."""
        return value <= self.bound if self.sense == "≤" else value >= self.bound

    def __str__(self) -> str:
        return f"{self.sense} {self.bound:g}"


def at_most(bound: float) -> Goal:
    """A goal that a value not above `bound` reaches."""
    return Goal("≤", bound)


def at_least(bound: float) -> Goal:
    """A goal that a value not below `bound` reaches."""
    return Goal("≥", bound)


@dataclass(frozen=True)
class Metric:
    """The quantity that a row of measurements is about.

    Attributes:
        row: number in the table of goals.
        name: says what is measured and, of a ratio, which way it is taken.
        goal: None where the number is reported without one.
        unit: that of the measured numbers.
    """

    row: int
    name: str
    goal: Goal | None
    unit: str


@dataclass(frozen=True)
class Record:
    """One measured number beside the number that it is compared with.

    The goal is about `ratio` where there is one, else about `ours`.

    Attributes:
        metric: what is measured.
        detail: sizes, what the baseline is, how often it was measured; or why it was skipped.
        ours: median of the engine's numbers; None where the row was skipped.
        baseline: median of the numbers that it is compared with, measured in turns with ours.
        ratio: median of the ratios of the pairs.
        spread: smallest and largest of these ratios.
    """

    metric: Metric
    detail: str
    ours: float | None = None
    baseline: float | None = None
    ratio: float | None = None
    spread: tuple[float, float] | None = None

    @property
    def value(self) -> float | None:
        """The number that the goal is about."""
        return self.ours if self.ratio is None else self.ratio

    @property
    def passed(self) -> bool | None:
        """Whether the goal is reached; None where there is no goal or no measurement."""
        if self.metric.goal is None or self.value is None:
            return None
        return self.metric.goal.holds(self.value)

    def as_json(self) -> dict[str, Any]:
        """The record as printed by `--json`."""
        goal = self.metric.goal
        return {
            "row": self.metric.row,
            "metric": self.metric.name,
            "ours": self.ours,
            "baseline": self.baseline,
            "ratio": self.ratio,
            "spread": None if self.spread is None else list(self.spread),
            "goal": None if goal is None else str(goal),
            "pass": self.passed,
            "unit": self.metric.unit,
            "detail": self.detail,
        }


def absolute(metric: Metric, ours: float, detail: str, baseline: float | None = None) -> Record:
    """A record whose goal is about the number itself."""
    return Record(metric, detail, ours, baseline)


def paired(metric: Metric, pairs: Pairs, detail: str, *, inverse: bool = False) -> Record:
    """A record of numbers measured in turns.

    Args:
        metric: what was measured.
        pairs: the numbers.
        detail: sizes, and what the baseline is.
        inverse: whether the ratios are baseline ÷ ours, as for times that should be short.
    """
    ratios = [1 / ratio for ratio in pairs.ratios] if inverse else pairs.ratios
    return Record(
        metric,
        f"{detail}; {len(ratios)} pairs",
        statistics.median(pairs.ours),
        statistics.median(pairs.baseline),
        statistics.median(ratios),
        (min(ratios), max(ratios)),
    )


def skipped(metric: Metric, reason: str) -> Record:
    """A record of a row that cannot be measured here."""
    return Record(metric, f"skipped: {reason}")
