"""The children of a record as the runs of an experiment tracker."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mu2net_sidecar.records._request import Request

Tell = Callable[[int, int], None]
"""Takes how many of all children are written."""

_METRICS = ("quality", "score", "trainSeconds", "parameterCount", "trainedParameterCount")
_TAGS = ("task", "iteration", "generation", "parentId", "retained", "reason", "failure", "worker")


@dataclasses.dataclass(frozen=True)
class Child:
    """A child as a run of a tracker.

    Attributes:
        path_id: Its id in the record.
        task: Name of its task.
        hyperparameters: Their values by name.
        qualities: Validation accuracies in [0, 1], oldest first.
        metrics: Its final figures by name; those that it has not are absent.
        tags: Further facts of the record about it; unknown ones are absent.
        failed: Whether its training ended early.
        ended_at: Seconds since the epoch: when its task iteration ended. The record has no finer
            time.
    """

    path_id: int
    task: str
    hyperparameters: Mapping[str, Any]
    qualities: Sequence[float]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    failed: bool
    ended_at: float

    @property
    def name(self) -> str:
        """A name that is unique in the run, and sorts as the children were sampled."""
        return f"{self.path_id:06d} {self.task}"


def children_of(request: Request) -> list[Child]:
    """Reads the children of a request, oldest first."""
    table = request.table("children")
    tuned = [column.name for column in table.columns if column.is_hyperparameter]
    ended = {
        row["iteration"]: _seconds(row["endedAt"]) for row in request.table("iterations").records()
    }
    started = [_seconds(row["startedAt"]) for row in request.table("workers").records()]
    latest = max([0.0, *ended.values(), *started])
    return [
        Child(
            path_id=row["pathId"],
            task=row["task"],
            hyperparameters={name: row[name] for name in tuned if row[name] is not None},
            qualities=row["qualities"],
            metrics={name: float(row[name]) for name in _METRICS if row[name] is not None},
            tags={name: _text(row[name]) for name in _TAGS if row[name] is not None},
            failed=row["failure"] is not None,
            ended_at=ended.get(row["iteration"], latest),
        )
        for row in table.records()
    ]


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time.replace("Z", "+00:00")).astimezone(UTC).timestamp()


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
