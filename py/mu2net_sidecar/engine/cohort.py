"""Children that train in lockstep: each batch is prepared once, and so is a prefix they share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import jax
import numpy as np

from mu2net_sidecar.engine.child import BatchSource, Budget, Cancelled, Event
from mu2net_sidecar.engine.engine import Engine
from mu2net_sidecar.engine.evaluator import Tally, forward, tally_of
from mu2net_sidecar.engine.identity import Identity
from mu2net_sidecar.engine.loss import count
from mu2net_sidecar.engine.member import Member
from mu2net_sidecar.engine.pace import Pace
from mu2net_sidecar.engine.prefix import Entrance, Forks
from mu2net_sidecar.engine.prefix_cache import Kept, KeptByExample
from mu2net_sidecar.engine.step import train_step

SECONDS_BETWEEN_BEATS = 1.0


class Cohort:
    """Children on the device, and the batches that they all see.

    Args:
        engine: of the device.
        members: the children; one that diverges leaves.
        source: of the batches.
        identity: of what the source gives. None: nothing of it is kept.
        budget: steps and validations of each child.
        pace: of the host.
        should_stop: asked before every batch of every child.
    """

    def __init__(
        self,
        engine: Engine,
        members: Sequence[Member],
        source: BatchSource,
        identity: Identity | None,
        budget: Budget,
        pace: Pace,
        should_stop: Callable[[], bool],
    ) -> None:
        self._layout, self._cache = engine.layout, engine.prefix_cache
        self._members = list(members)
        self._forks = Forks([member.stages for member in members])
        self._source = source
        self._identity = identity
        self._budget = budget
        self._pace = pace
        self._should_stop = should_stop

    def train(self) -> Iterator[Event]:
        """Trains and validates all to the end; see `mu2net_sidecar.engine.train`."""
        steps, beaten = self._budget.steps, time.monotonic()
        for step in range(1, steps + 1):
            self._step(step - 1)
            if step % self._budget.batches_between_validations == 0:
                yield from self._paused(self._validate(step))
            elif time.monotonic() - beaten < SECONDS_BETWEEN_BEATS:
                continue
            beaten = time.monotonic()
            yield from self._paused(member.progress(step, steps) for member in self._members)
            if not self._members:
                return
        while self._members:
            yield from self._paused([self._members.pop(0).trained()])

    def _paused(self, events: Iterable[Event]) -> Iterator[Event]:
        """The events; whoever takes them does so on nobody's account."""
        for event in events:
            yield event
            self._pace.pause()

    def _step(self, step: int) -> None:
        images, labels = self._layout.train_batch(self._source.train_batch(step))
        entrance = Entrance(self._forks, images, self._kept_of_step(step))
        self._pace.charge([member.account for member in self._members])
        for member in self._members:
            if self._should_stop():
                raise Cancelled
            x, stages = entrance.enter(member.stages, member.prefixes)
            sqnorm = train_step(stages, x, labels, member.num_classes, member.hyperparameters, step)
            self._pace.dispatched(member.account, sqnorm)

    def _validate(self, step: int) -> Iterator[Event]:
        """Validates all, and yields the end of those that diverged."""
        for member, tally in zip(self._members[:], self._tallies(), strict=True):
            if tally.finite:
                member.validated(tally)
            else:
                self._members.remove(member)
                yield member.diverged(step, self._budget.steps)

    def _tallies(self) -> list[Tally]:
        self._cache.begin_turn()
        counts = [jax.device_put(np.zeros(3, np.int32)) for _ in self._members]
        batches = self._layout.batches(self._source.validation_batches())
        for index, (images, labels) in enumerate(batches):
            entrance = Entrance(self._forks, images, self._kept_of_validation(index))
            self._pace.charge([member.account for member in self._members])
            for nth, member in enumerate(self._members):
                if self._should_stop():
                    raise Cancelled
                x, stages = entrance.enter(member.stages, member.prefixes)
                logits = forward(stages, x)
                counts[nth] = count(counts[nth], logits, labels, member.num_classes)
                self._pace.dispatched(member.account, counts[nth])
        tallies = [tally_of(each) for each in counts]
        self._pace.charge([member.account for member in self._members])
        return tallies

    def _kept_of_validation(self, index: int) -> Kept | None:
        if self._identity is None:
            return None
        return Kept(self._cache, (self._identity.validation, str(index)))

    def _kept_of_step(self, step: int) -> KeptByExample | None:
        examples = self._identity and self._identity.train
        # Rows gathered from several devices would not lie where a batch does.
        if not examples or self._layout.devices > 1:
            return None
        return KeptByExample(self._cache, examples.name, examples.count, examples.of_step(step))
