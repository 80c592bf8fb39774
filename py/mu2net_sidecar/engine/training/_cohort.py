"""A cohort: children that train in lockstep on the same batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import jax
import numpy as np

from mu2net_sidecar.engine._engine import Engine
from mu2net_sidecar.engine._stage import forward
from mu2net_sidecar.engine.inference import Tally, read_tally
from mu2net_sidecar.engine.prefix import (
    BatchKeys,
    CachedBatch,
    CachedExamples,
    Forks,
    PrefixPass,
)
from mu2net_sidecar.engine.programs import count_predictions
from mu2net_sidecar.engine.training._child import BatchSource, Budget
from mu2net_sidecar.engine.training._events import Cancelled, Event
from mu2net_sidecar.engine.training._member import Member
from mu2net_sidecar.engine.training._pace import Pace
from mu2net_sidecar.engine.training._step import train_step

SECONDS_BETWEEN_BEATS = 1.0


@dataclass(frozen=True)
class Plan:
    """The batches that the children of a cohort train on, and their budget.

    Attributes:
        source: the batches.
        keys: cache keys of the batches. None: nothing that is computed from them is kept.
        budget: steps and validations of each child.
        should_stop: asked before every batch of every child.
    """

    source: BatchSource
    keys: BatchKeys | None
    budget: Budget
    should_stop: Callable[[], bool]


class Cohort:
    """Children on the device, and the batches that they all see.

    For each batch: prepare it once; for each child, compute the frozen prefix, or take it from a
    sibling or from the cache, and dispatch the rest of its step. The host waits for no result of a
    step; it reads 12 bytes per child at each validation.

    Args:
        engine: that of the device.
        members: the children; one that diverges leaves.
        plan: batches and budget.
        pace: that of the host.
    """

    def __init__(self, engine: Engine, members: Sequence[Member], plan: Plan, pace: Pace) -> None:
        self._layout, self._cache = engine.layout, engine.prefix_cache
        self._members = list(members)
        self._forks = Forks([member.prefix_keys for member in members])
        self._plan = plan
        self._pace = pace

    def train(self) -> Iterator[Event]:
        """Trains and validates all children to the end; see `mu2net_sidecar.engine.train`."""
        budget, last_beat = self._plan.budget, time.monotonic()
        for step in range(1, budget.steps + 1):
            self._step(step - 1)
            if step % budget.batches_between_validations == 0:
                yield from self._yield_uncharged(self._validate(step))
            elif time.monotonic() - last_beat < SECONDS_BETWEEN_BEATS:
                continue
            last_beat = time.monotonic()
            yield from self._yield_uncharged(
                member.progress_at(step, budget.steps) for member in self._members
            )
            if not self._members:
                return
        while self._members:
            yield from self._yield_uncharged([self._members.pop(0).finish()])

    def _yield_uncharged(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yields events; time spent by the consumer is charged to no child."""
        for event in events:
            yield event
            self._pace.pause()

    def _step(self, step: int) -> None:
        images, labels = self._layout.train_batch(self._plan.source.train_batch(step))
        prefixes = PrefixPass(self._forks, images, self._cached_examples(step))
        self._charge_all()
        for member in self._members:
            self._check_stop()
            x, stages = prefixes.run(member.stages, member.prefix_keys)
            sqnorm = train_step(
                stages,
                (x, labels),
                num_classes=member.num_classes,
                hyperparameters=member.hyperparameters,
                step=step,
            )
            self._pace.record_dispatch(member.account, sqnorm)

    def _validate(self, step: int) -> Iterator[Event]:
        """Validates all children; yields the end of those that diverged, which leave."""
        for member, tally in zip(self._members[:], self._tallies(), strict=True):
            if tally.finite:
                member.record_validation(tally)
            else:
                self._members.remove(member)
                yield member.diverge(step, self._plan.budget.steps)

    def _tallies(self) -> list[Tally]:
        self._cache.begin_turn()
        counts = [jax.device_put(np.zeros(3, np.int32)) for _ in self._members]
        batches = self._layout.batches(self._plan.source.validation_batches())
        for index, (images, labels) in enumerate(batches):
            prefixes = PrefixPass(self._forks, images, self._cached_batch(index))
            self._charge_all()
            for nth, member in enumerate(self._members):
                self._check_stop()
                x, stages = prefixes.run(member.stages, member.prefix_keys)
                logits = forward(stages, x)
                counts[nth] = count_predictions(counts[nth], logits, labels, member.num_classes)
                self._pace.record_dispatch(member.account, counts[nth])
        tallies = [read_tally(each) for each in counts]
        self._charge_all()
        return tallies

    def _charge_all(self) -> None:
        self._pace.charge([member.account for member in self._members])

    def _check_stop(self) -> None:
        if self._plan.should_stop():
            raise Cancelled

    def _cached_batch(self, index: int) -> CachedBatch | None:
        """The cached outputs for a validation batch."""
        if self._plan.keys is None:
            return None
        return CachedBatch(self._cache, (self._plan.keys.validation, str(index)))

    def _cached_examples(self, step: int) -> CachedExamples | None:
        """The cached outputs for the training examples of a step."""
        examples = self._plan.keys and self._plan.keys.train
        # Rows gathered from several devices would not lie where a batch does.
        if not examples or self._layout.devices > 1:
            return None
        return CachedExamples(self._cache, examples.key, examples.count, examples.of_step(step))
