"""How far the host is ahead of the device, and on whose account the time goes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import jax

from mu2net_sidecar.engine.compilations import Compilations

AHEAD = 2
"""Steps that the host may be ahead of the device: enough to hide dispatch, little to hold."""


@dataclass
class Account:
    """Wall time and compilations of one child."""

    seconds: float = 0.0
    compilations: int = 0


class Pace:
    """Lets the host run a few steps ahead, and shares out the time among those who train together.

    All time but that of `pause` is charged once, so that the accounts add up to it.

    Args:
        compilations: counts those of this process.
    """

    def __init__(self, compilations: Compilations) -> None:
        self._compilations = compilations
        self._counted = compilations.count
        self._in_flight: deque[tuple[Account, jax.Array]] = deque()
        self._charged = time.monotonic()

    def charge(self, accounts: Sequence[Account]) -> None:
        """Charges what passed since the last time to some, in equal parts.

        Compilations go to the first, for they do not divide.
        """
        now, count = time.monotonic(), self._compilations.count
        for account in accounts:
            account.seconds += (now - self._charged) / len(accounts)
        accounts[0].compilations += count - self._counted
        self._charged, self._counted = now, count

    def pause(self) -> None:
        """Charges what passed since the last time to nobody."""
        self._charged = time.monotonic()

    def dispatched(self, account: Account, output: jax.Array) -> None:
        """A step of a child was dispatched; waits for an earlier one if the device lags.

        Dispatching is on the account of the child whose step it is, waiting on that of the child
        that is waited for.
        """
        self.charge([account])
        self._in_flight.append((account, output))
        if len(self._in_flight) > AHEAD:
            awaited, output = self._in_flight.popleft()
            output.block_until_ready()
            self.charge([awaited])
