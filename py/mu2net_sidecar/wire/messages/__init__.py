# Generated from protocol/messages/ by `npm run generate`; edit that instead.
"""Messages between a worker and the broker."""

from mu2net_sidecar.wire.messages._broker import (
    BrokerMessage,
    Cancel,
    Context,
    Lease,
    Ping,
    Refused,
    Reply,
    Shutdown,
    Welcome,
)
from mu2net_sidecar.wire.messages._worker import (
    Alive,
    Ask,
    Beat,
    Crashed,
    Done,
    Failed,
    Goodbye,
    Hello,
    Measured,
    Offers,
    PreparedDataset,
    WorkerMessage,
    Working,
)

__all__ = [
    "Alive",
    "Ask",
    "Beat",
    "BrokerMessage",
    "Cancel",
    "Context",
    "Crashed",
    "Done",
    "Failed",
    "Goodbye",
    "Hello",
    "Lease",
    "Measured",
    "Offers",
    "Ping",
    "PreparedDataset",
    "Refused",
    "Reply",
    "Shutdown",
    "Welcome",
    "WorkerMessage",
    "Working",
]
