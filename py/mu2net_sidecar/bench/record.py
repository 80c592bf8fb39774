"""What a row of the benchmark reports."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal


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
class Record:
    """One measured number beside what it is compared with.

    The goal is about `ratio` where there is one, else about `ours`.

    Attributes:
        row: of the table of goals.
        metric: what is measured.
        ours: median of what the engine reached, in `unit`; None where the row was skipped.
        baseline: median of what it is compared with, measured in turns with ours, in `unit`.
        ratio: median of the ratios of the pairs; `metric` says which way.
        spread: smallest and largest of these ratios.
        goal: None where the number is reported without one.
        unit: of `ours` and `baseline`.
        detail: sizes, what `baseline` is, how often it was measured; or why the row was skipped.
    """

    row: int
    metric: str
    ours: float | None
    baseline: float | None
    ratio: float | None
    spread: tuple[float, float] | None
    goal: Goal | None
    unit: str
    detail: str

    @property
    def value(self) -> float | None:
        """The number that the goal is about."""
        return self.ours if self.ratio is None else self.ratio

    @property
    def passed(self) -> bool | None:
        """Whether the goal is reached; None where there is no goal or no measurement."""
        if self.goal is None or self.value is None:
            return None
        return self.goal.holds(self.value)

    def as_json(self) -> dict[str, Any]:
        """The record as printed by `--json`."""
        return {
            "row": self.row,
            "metric": self.metric,
            "ours": self.ours,
            "baseline": self.baseline,
            "ratio": self.ratio,
            "spread": None if self.spread is None else list(self.spread),
            "goal": None if self.goal is None else str(self.goal),
            "pass": self.passed,
            "unit": self.unit,
            "detail": self.detail,
        }


def absolute(
    row: int,
    metric: str,
    ours: float,
    baseline: float | None,
    goal: Goal | None,
    unit: str,
    detail: str,
) -> Record:
    """A record whose goal is about the number itself."""
    return Record(row, metric, ours, baseline, None, None, goal, unit, detail)


def paired(
    row: int,
    metric: str,
    ours: Sequence[float],
    baseline: Sequence[float],
    ratios: Sequence[float],
    goal: Goal | None,
    unit: str,
    detail: str,
) -> Record:
    """A record of numbers measured in turns; the n-th ratio belongs to the n-th pair."""
    return Record(
        row,
        metric,
        statistics.median(ours),
        statistics.median(baseline),
        statistics.median(ratios),
        (min(ratios), max(ratios)),
        goal,
        unit,
        f"{detail}; {len(ratios)} pairs",
    )


def skipped(row: int, metric: str, goal: Goal | None, unit: str, reason: str) -> Record:
    """A record of a row that cannot be measured here."""
    return Record(row, metric, None, None, None, None, goal, unit, f"skipped: {reason}")
