"""A child to train, its budget, and where its batches come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from mu2net_sidecar.engine._path import PathComponent
from mu2net_sidecar.engine.device import Batch

ScheduleName = Literal["constant", "cosine", "linear", "restarts"]


@dataclass(frozen=True)
class Optimizer:
    """Hyperparameters of SGD (method §5).

    Attributes:
        learning_rate: the peak of the schedule.
        schedule: how the learning rate changes; see `schedule_of`.
        warmup_ratio: fraction of a schedule's period that is warm-up, in [0, 1].
        momentum: decay of the momentum trace, in [0, 1). None: plain SGD.
        nesterov: whether momentum looks ahead.
        warmup_start: fraction of the learning rate at which a warm-up starts, and a linear schedule
            ends.
    """

    learning_rate: float
    schedule: ScheduleName
    warmup_ratio: float
    momentum: float | None
    nesterov: bool
    warmup_start: float = 0.01


@dataclass(frozen=True)
class Budget:
    """How long a child trains."""

    batches_between_validations: int
    validations: int

    @property
    def steps(self) -> int:
        """Training steps in all."""
        return self.batches_between_validations * self.validations


@dataclass(frozen=True)
class Child:
    """A path to train.

    Attributes:
        path_id: id of the path.
        num_classes: classes of the task, which is also the width of the head.
        components: those of the path, in forward order.
        optimizer: hyperparameters of its training.
        quality_bar: a validation at or above it retains the child. None: always retained.
    """

    path_id: int
    num_classes: int
    components: Sequence[PathComponent]
    optimizer: Optimizer
    quality_bar: float | None


@runtime_checkable
class BatchSource(Protocol):
    """The batches of a cohort: each child sees the same ones."""

    def train_batch(self, step: int) -> Batch:
        """Returns the batch of a step, counted from zero."""
        ...

    def validation_batches(self) -> Iterable[Batch]:
        """Returns the validation examples in batches of one size; only the last may be shorter."""
        ...
