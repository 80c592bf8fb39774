"""What the engine is asked and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import jax
import numpy as np

from mu2net_sidecar.engine.schedule import ScheduleName
from mu2net_sidecar.model.component import Params

HostParams = Mapping[str, np.ndarray]
"""Arrays of a component in host memory, in the layout of the store."""
Batch = tuple[jax.Array, jax.Array]
"""Images f32 (batch, size, size, 3) and labels i32 (batch)."""


@dataclass(frozen=True)
class PathComponent:
    """A component in its place in a path.

    Attributes:
        name: e.g. `encoderblock_3`.
        load: reads its parameters. Nobody may write to what it gives.
        key: names what `load` gives, for all time (a digest); frozen components of the same key
            share one copy on the device. None: not shared.
        trainable: whether the child trains it.
        load_trace: reads the momentum trace that training goes on from. None: zeros.
    """

    name: str
    load: Callable[[], Params]
    key: str | None = None
    trainable: bool = False
    load_trace: Callable[[], Params] | None = None


@dataclass(frozen=True)
class Optimizer:
    """Hyperparameters of SGD (method §5); momentum None is plain SGD.

    A warm-up starts, and a linear schedule ends, at `warmup_start` of the learning rate.
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
        path: its id.
        num_classes: classes of the task, which is also the width of the head.
        components: in forward order.
        optimizer: hyperparameters of its training.
        quality_bar: a validation at or above it retains the child. None: always retained.
    """

    path: int
    num_classes: int
    components: Sequence[PathComponent]
    optimizer: Optimizer
    quality_bar: float | None


class BatchSource(Protocol):
    """Where the batches of a cohort come from: the same ones for each child."""

    def train_batch(self, step: int) -> Batch:
        """The batch of a step, counted from zero."""
        ...

    def validation_batches(self) -> Iterable[Batch]:
        """The validation examples, in batches of one size; only the last may be shorter."""
        ...


@dataclass(frozen=True)
class Progress:
    """Steps taken so far, and the qualities of the validations so far."""

    path: int
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
        path: its id.
        qualities: top-1 accuracy at each validation.
        best: what was trained, as of the best validation, the latest among equals, by component
            name in forward order; fetched from the device when it is looked up, by any thread.
            None: the quality bar was never reached.
        train_seconds: its share of the wall time, from the first load to the last validation: the
            time that the host spent on it or waited for it, and an equal part of what was spent for
            all who trained together. The shares add up to the wall time. A prefix that several
            share counts for the first of them.
        compilations: XLA programs compiled on its account.
    """

    path: int
    qualities: tuple[float, ...]
    best: Mapping[str, TrainedComponent] | None
    train_seconds: float
    compilations: int


@dataclass(frozen=True)
class Diverged:
    """A child whose logits stopped being finite; `qualities` are those of validations before."""

    path: int
    qualities: tuple[float, ...]
    reason: str


Event = Progress | Trained | Diverged


class Cancelled(Exception):  # noqa: N818
    """Training or evaluation was asked to stop."""
