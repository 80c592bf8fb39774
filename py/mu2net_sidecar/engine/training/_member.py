"""A child in training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import jax
import numpy as np

from mu2net_sidecar.engine._engine import Engine
from mu2net_sidecar.engine._stage import Stage
from mu2net_sidecar.engine.inference import Tally
from mu2net_sidecar.engine.prefix import prefix_keys_of
from mu2net_sidecar.engine.training._best_snapshot import BestSnapshot
from mu2net_sidecar.engine.training._child import Budget, Child
from mu2net_sidecar.engine.training._divergence import divergence_of
from mu2net_sidecar.engine.training._events import Diverged, Progress, Trained
from mu2net_sidecar.engine.training._pace import Account
from mu2net_sidecar.engine.training._update import Hyperparameters, hyperparameters_of

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Int


@dataclass
class Member:
    """A child of a cohort, on the device.

    Attributes:
        child: the child.
        stages: its path.
        prefix_keys: keys of its frozen prefixes.
        num_classes: classes of its task, on the device.
        hyperparameters: those of its optimizer, on the device.
        best: its best snapshot.
        account: time and compilations charged to it so far.
        qualities: top-1 accuracy at each validation so far.
    """

    child: Child
    stages: list[Stage]
    prefix_keys: Sequence[str]
    num_classes: Int[Array, ""]
    hyperparameters: Hyperparameters
    best: BestSnapshot
    account: Account = field(default_factory=Account)
    qualities: tuple[float, ...] = ()

    @property
    def nbytes(self) -> int:
        """Device memory of its own, in bytes: trained parameters, trace, and their snapshot."""
        return 2 * sum(
            array.nbytes
            for stage in self.stages
            if stage.training is not None
            for array in (*stage.params.values(), *stage.training.trace.values())
        )

    def progress_at(self, step: int, steps: int) -> Progress:
        """How far it is after so many steps."""
        return Progress(self.child.path_id, step, steps, self.qualities)

    def record_validation(self, tally: Tally) -> None:
        """Records a validation, and takes a snapshot if none was better."""
        self.qualities = (*self.qualities, tally.quality)
        self.best.offer(tally.quality, self.stages)

    def diverge(self, step: int, steps: int) -> Diverged:
        """Ends its training after so many steps, because its logits are not finite."""
        with_trace = self.child.optimizer.momentum is not None
        best = self.best.release(self.stages, with_trace=with_trace)
        self.stages = []
        return divergence_of(self.child, self.qualities, best, step=step, steps=steps)

    def finish(self) -> Trained:
        """Ends its training; only its best snapshot stays on the device."""
        with_trace = self.child.optimizer.momentum is not None
        best = self.best.release(self.stages, with_trace=with_trace)
        self.stages = []
        return Trained(
            self.child.path_id,
            self.qualities,
            best,
            self.account.seconds,
            self.account.compilations,
        )


def place_member(engine: Engine, child: Child, budget: Budget) -> Member:
    """Puts a child on the device.

    Raises:
        ValueError: a component is of no known kind.
    """
    stages = engine.place(child.components)
    num_classes, hyperparameters = jax.device_put(
        (np.int32(child.num_classes), hyperparameters_of(child.optimizer, budget))
    )
    best = BestSnapshot(child.quality_bar)
    return Member(child, stages, prefix_keys_of(stages), num_classes, hyperparameters, best)
