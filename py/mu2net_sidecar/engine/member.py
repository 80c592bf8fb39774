"""A child in training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import jax
import numpy as np

from mu2net_sidecar.engine.child import Budget, Child, Diverged, Progress, Trained
from mu2net_sidecar.engine.engine import Engine, Stage
from mu2net_sidecar.engine.evaluator import Tally
from mu2net_sidecar.engine.pace import Account
from mu2net_sidecar.engine.prefix import prefixes_of
from mu2net_sidecar.engine.retained import Retained
from mu2net_sidecar.engine.snapshot import Snapshot, shapes_of, snapshot_of
from mu2net_sidecar.engine.update import Hyperparameters, hyperparameters_of


@dataclass
class Member:
    """A child of a cohort, on the device.

    Attributes:
        child: what is trained.
        stages: its path.
        prefixes: names of its frozen prefixes.
        num_classes: i32 scalar on the device.
        hyperparameters: on the device.
        account: what it took so far.
        qualities: of its validations so far.
        bar: the quality that retains it from now on.
        best: what it trained, as of the best validation.
    """

    child: Child
    stages: list[Stage]
    prefixes: Sequence[str]
    num_classes: jax.Array
    hyperparameters: Hyperparameters
    bar: float
    account: Account = field(default_factory=Account)
    qualities: tuple[float, ...] = ()
    best: Snapshot | None = None

    @property
    def nbytes(self) -> int:
        """Device memory that it has for itself throughout: parameters, trace and their snapshot."""
        return 2 * sum(
            array.nbytes
            for stage in self.stages
            if stage.training is not None
            for array in (*stage.params.values(), *stage.training.trace.values())
        )

    def progress(self, step: int, steps: int) -> Progress:
        """How far it is."""
        return Progress(self.child.path, step, steps, self.qualities)

    def validated(self, tally: Tally) -> None:
        """Takes a validation, and keeps what was trained if none was better."""
        self.qualities = (*self.qualities, tally.quality)
        if tally.quality >= self.bar:
            self.bar, self.best = tally.quality, snapshot_of(self.stages)

    def diverged(self, step: int, steps: int) -> Diverged:
        """Its end, after so many steps, because its logits are not finite."""
        return Diverged(
            self.child.path,
            self.qualities,
            f"path {self.child.path}: the logits are not finite after {step} of {steps} steps "
            f"at learning rate {self.child.optimizer.learning_rate:g}",
        )

    def trained(self) -> Trained:
        """Its end; from now on only what it retained keeps memory of the device."""
        account, best, shapes = self.account, self.best, shapes_of(self.stages)
        self.best, self.stages = None, []
        with_trace = self.child.optimizer.momentum is not None
        return Trained(
            self.child.path,
            self.qualities,
            None if best is None else Retained(best, shapes, with_trace=with_trace),
            account.seconds,
            account.compilations,
        )


def member_of(engine: Engine, child: Child, budget: Budget) -> Member:
    """Puts a child on the device.

    Raises:
        ValueError: a component is of no known kind.
    """
    stages = engine.place(child.components)
    num_classes, hyperparameters = jax.device_put(
        (np.int32(child.num_classes), hyperparameters_of(child.optimizer, budget))
    )
    return Member(
        child,
        stages,
        prefixes_of(stages),
        num_classes,
        hyperparameters,
        bar=-math.inf if child.quality_bar is None else child.quality_bar,
    )
