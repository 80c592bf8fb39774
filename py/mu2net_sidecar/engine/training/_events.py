"""Events of a training: how far a child is, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mu2net_sidecar.engine._path import HostParams


@dataclass(frozen=True)
class Progress:
    """A child in training.

    Attributes:
        path_id: id of its path.
        step: steps taken so far.
        steps: steps in all.
        qualities: top-1 accuracy at each validation so far.
    """

    path_id: int
    step: int
    steps: int
    qualities: tuple[float, ...]


@dataclass(frozen=True)
class TrainedComponent:
    """Parameters f32 and momentum trace bf16; no trace after plain SGD."""

    params: HostParams
    trace: HostParams | None


@dataclass(frozen=True)
class Trained:
    """A child that trained to the end.

    Attributes:
        path_id: id of its path.
        qualities: top-1 accuracy at each validation.
        best: the trained components as of the best validation, the latest among equals, by name in
            forward order. A component is fetched from the device when it is looked up, by any
            thread. None: the quality bar was never reached.
        train_seconds: its share of the wall time from the first load to the last validation: the
            time that the host spent on this child or waited for it, plus an equal part of the time
            spent for the whole cohort. The shares add up to the wall time. The time of a shared
            prefix goes to the first child that uses it.
        compilations: XLA programs that were compiled for it.
    """

    path_id: int
    qualities: tuple[float, ...]
    best: Mapping[str, TrainedComponent] | None
    train_seconds: float
    compilations: int


@dataclass(frozen=True)
class Diverged:
    """A child whose logits stopped being finite.

    Attributes:
        path_id: id of its path.
        qualities: top-1 accuracy at each validation before.
        reason: one line for people.
        best: as of `Trained`. A child without a quality bar that diverges before its first
            validation has the components with which it began: it is always retained.
    """

    path_id: int
    qualities: tuple[float, ...]
    reason: str
    best: Mapping[str, TrainedComponent] | None


Event = Progress | Trained | Diverged


class Cancelled(Exception):  # noqa: N818
    """The caller asked to stop training or evaluation."""
