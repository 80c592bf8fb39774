# Generated from protocol/messages/broker.ts by `npm run generate`; edit that instead.
"""Messages from the broker."""

from __future__ import annotations

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.requests import Request
from mu2net_sidecar.wire.values import (
    Attempt,
    Count,
    LeaseId,
    Positive,
    StoreAnswer,
    Text,
    Traceparent,
    Version,
)


class Welcome(Value, frozen=True, tag_field="type", tag="welcome"):
    """The worker is registered and holds nothing; what it held before is void.

    Attributes:
        heartbeat_millis: How often the broker expects an `alive`.
    """

    version: Version
    heartbeat_millis: Positive


class Refused(Value, frozen=True, tag_field="type", tag="refused"):
    """The versions do not fit; the message says which side to upgrade."""

    version: Version
    message: Text


class Lease(Value, frozen=True, tag_field="type", tag="lease"):
    """Leases a request to the worker, which holds one at a time."""

    lease: LeaseId
    attempt: Attempt
    request: Request


class Context(Value, frozen=True, tag_field="type", tag="context"):
    """Tells what the next lease belongs to, for logs and traces; comes before it.

    Attributes:
        run: Name of the run, or `run:branch`; None: it is for none.
        traceparent: None: nobody traces it.
    """

    lease: LeaseId
    run: Text | None
    traceparent: Traceparent | None


class Cancel(Value, frozen=True, tag_field="type", tag="cancel"):
    """Asks the worker to stop a request at the next step."""

    lease: LeaseId


class Reply(Value, frozen=True, tag_field="type", tag="reply"):
    """Answers an `ask`."""

    lease: LeaseId
    number: Count
    answer: StoreAnswer


class Ping(Value, frozen=True, tag_field="type", tag="ping"):
    """Asks for an `alive`."""


class Shutdown(Value, frozen=True, tag_field="type", tag="shutdown"):
    """Asks the worker to leave once it is idle."""


BrokerMessage = Welcome | Refused | Context | Lease | Cancel | Reply | Ping | Shutdown
"""A message from the broker to a worker."""
