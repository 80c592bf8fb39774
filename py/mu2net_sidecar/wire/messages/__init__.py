# Generated from protocol/messages/ by `npm run generate`; edit that instead.
"""Messages between a worker and the broker."""

from mu2net_sidecar.wire.messages._broker import (
    BrokerMessage,
    Cancel,
    Lease,
    Ping,
    Refused,
    Shutdown,
    Welcome,
)
from mu2net_sidecar.wire.messages._worker import (
    Alive,
    Beat,
    Done,
    Failed,
    Goodbye,
    Hello,
    Measured,
    WorkerMessage,
    Working,
)

__all__ = [
    "Alive",
    "Beat",
    "BrokerMessage",
    "Cancel",
    "Done",
    "Failed",
    "Goodbye",
    "Hello",
    "Lease",
    "Measured",
    "Ping",
    "Refused",
    "Shutdown",
    "Welcome",
    "WorkerMessage",
    "Working",
]
