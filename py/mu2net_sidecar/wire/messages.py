"""Messages between a worker and the broker; the twin of protocol/messages.ts."""

from __future__ import annotations

from mu2net_sidecar.wire.requests import Measurement, Request, Result
from mu2net_sidecar.wire.values import (
    Count,
    Device,
    Engine,
    ErrorCode,
    Fraction,
    Positive,
    Text,
    Value,
    Version,
    Versions,
)


class Hello(Value, frozen=True, tag_field="type", tag="hello"):
    """First message after connecting; the epoch is another at each start of the process."""

    version: Version
    worker: Text
    epoch: Text
    versions: Versions
    devices: list[Device]
    engine: Engine


class Alive(Value, frozen=True, tag_field="type", tag="alive"):
    """Heartbeat; proves liveness, not progress."""


class Beat(Value, frozen=True, tag_field="type", tag="beat"):
    """Progress of the child in training."""

    lease: Text
    attempt: Positive
    path: Count
    step: Count
    steps: Positive
    qualities: list[Fraction]


class Measured(Value, frozen=True, tag_field="type", tag="measured"):
    """A child is finished; its components are in the store."""

    lease: Text
    attempt: Positive
    measurement: Measurement


class Done(Value, frozen=True, tag_field="type", tag="done"):
    """The leased request is answered."""

    lease: Text
    attempt: Positive
    result: Result


class Failed(Value, frozen=True, tag_field="type", tag="failed"):
    """The leased request failed."""

    lease: Text
    attempt: Positive
    code: ErrorCode
    message: Text
    detail: Text | None


class Goodbye(Value, frozen=True, tag_field="type", tag="goodbye"):
    """The worker leaves; its lease is free."""


WorkerMessage = Hello | Alive | Beat | Measured | Done | Failed | Goodbye


class Welcome(Value, frozen=True, tag_field="type", tag="welcome"):
    """The worker is registered and holds nothing; whatever it held before is void."""

    version: Version
    heartbeat_millis: Positive


class Refused(Value, frozen=True, tag_field="type", tag="refused"):
    """The versions do not fit; the message says which side to upgrade."""

    version: Version
    message: Text


class Lease(Value, frozen=True, tag_field="type", tag="lease"):
    """One request in flight per worker."""

    lease: Text
    attempt: Positive
    request: Request


class Cancel(Value, frozen=True, tag_field="type", tag="cancel"):
    """Stop at the next step."""

    lease: Text


class Ping(Value, frozen=True, tag_field="type", tag="ping"):
    """Answered by `Alive`."""


class Shutdown(Value, frozen=True, tag_field="type", tag="shutdown"):
    """Leave once idle."""


BrokerMessage = Welcome | Refused | Lease | Cancel | Ping | Shutdown
