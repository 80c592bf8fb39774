"""How far the host runs ahead of the device, and which child its time is charged to."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import jax

from mu2net_sidecar.engine.device import Compilations

MAX_STEPS_AHEAD = 2
"""Steps that the host may be ahead of the device: they hide dispatch and need little memory."""


@dataclass
class Account:
    """Wall time and compilations charged to one child."""

    seconds: float = 0.0
    compilations: int = 0


class Pace:
    """Lets the host run a few steps ahead, and divides its time among the children of a cohort.

    All time is charged exactly once, except the time that `pause` drops, so the accounts add up to
    the wall time of the training.

    Args:
        compilations: counter of this process.
    """

    def __init__(self, compilations: Compilations) -> None:
        self._compilations = compilations
        self._counted = compilations.count
        self._in_flight: deque[tuple[Account, jax.Array]] = deque()
        self._charged = time.monotonic()

    def charge(self, accounts: Sequence[Account]) -> None:
        """Charges the time since the last charge to some children, in equal parts.

        Compilations cannot be divided, so they go to the first.
        """
        now, count = time.monotonic(), self._compilations.count
        for account in accounts:
            account.seconds += (now - self._charged) / len(accounts)
        accounts[0].compilations += count - self._counted
        self._charged, self._counted = now, count

    def pause(self) -> None:
        """Charges the time since the last charge to no child."""
        self._charged = time.monotonic()

    def record_dispatch(self, account: Account, output: jax.Array) -> None:
        """Records a dispatched step of a child; waits for an earlier one if the device lags.

        The time of dispatching is charged to this child, the time of waiting to the child that is
        waited for.

        Args:
            account: that of the child.
            output: an output of the step.
        """
        self.charge([account])
        self._in_flight.append((account, output))
        if len(self._in_flight) > MAX_STEPS_AHEAD:
            awaited, output = self._in_flight.popleft()
            output.block_until_ready()
            self.charge([awaited])
