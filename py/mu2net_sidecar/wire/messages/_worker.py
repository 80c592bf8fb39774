# Generated from protocol/messages/worker.ts by `npm run generate`; edit that instead.
"""Messages from a worker."""

from __future__ import annotations

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.requests import Measurement, Result
from mu2net_sidecar.wire.values import (
    Attempt,
    Count,
    Device,
    Engine,
    ErrorCode,
    Fraction,
    LeaseId,
    PathId,
    Positive,
    StoreAsk,
    Text,
    Version,
    Versions,
)


class Hello(Value, frozen=True, tag_field="type", tag="hello"):
    """Introduces the worker; its first message when it connects.

    Attributes:
        worker: Name of the worker.
        epoch: A new one at each start of the worker process.
    """

    version: Version
    worker: Text
    epoch: Text
    versions: Versions
    devices: list[Device]
    engine: Engine


class PreparedDataset(Value, frozen=True):
    """A prepared data set of TensorFlow Datasets."""

    name: Text
    version: Text


class Offers(Value, frozen=True, tag_field="type", tag="offers"):
    """Tells which data a worker has, after a welcome; it gets no lease before the first.

    Attributes:
        data_roots: Where it reads data; empty: anywhere.
        prepared: Prepared data sets in these places.
        fetches: Whether it fetches data that it does not have.
    """

    data_roots: list[Text]
    prepared: list[PreparedDataset]
    fetches: bool


class Schemes(Value, frozen=True, tag_field="type", tag="schemes"):
    """Tells which URLs a worker can read and write; comes before its `offers`.

    Attributes:
        schemes: Beginnings of URLs, such as `file`, `s3` and `gs`.
    """

    schemes: list[Text]


class Alive(Value, frozen=True, tag_field="type", tag="alive"):
    """The heartbeat; it proves liveness, not progress."""


class Working(Value, frozen=True, tag_field="type", tag="working"):
    """The heartbeat of a worker that holds a lease; equal counts mean no progress.

    Attributes:
        steps: How often the request came to where it would stop if it was cancelled.
    """

    lease: LeaseId
    attempt: Attempt
    steps: Count


class Beat(Value, frozen=True, tag_field="type", tag="beat"):
    """The progress of the child in training.

    Attributes:
        path_id: The child in training.
        steps: Steps of the whole training.
        qualities: Validations of this child so far.
    """

    lease: LeaseId
    attempt: Attempt
    path_id: PathId
    step: Count
    steps: Positive
    qualities: list[Fraction]


class Measured(Value, frozen=True, tag_field="type", tag="measured"):
    """A child of the cohort is finished, and its components are in the store."""

    lease: LeaseId
    attempt: Attempt
    measurement: Measurement


class Done(Value, frozen=True, tag_field="type", tag="done"):
    """Answers the leased request."""

    lease: LeaseId
    attempt: Attempt
    result: Result


class Failed(Value, frozen=True, tag_field="type", tag="failed"):
    """The leased request failed; it is not tried again.

    Attributes:
        message: One line: what is wrong, where, and what to do.
        detail: Stack trace; None: there is none.
    """

    lease: LeaseId
    attempt: Attempt
    code: ErrorCode
    message: Text
    detail: Text | None


class Crashed(Value, frozen=True, tag_field="type", tag="crashed"):
    """The request met an error that nobody foresaw; another worker may try it.

    Attributes:
        message: One line: the error, alike wherever the same happens.
        detail: Stack trace.
    """

    lease: LeaseId
    attempt: Attempt
    message: Text
    detail: Text


class Ask(Value, frozen=True, tag_field="type", tag="ask"):
    """Asks for a part of a store that the worker does not share; 32 at most wait.

    Attributes:
        number: Numbers what the worker asks; the reply has it.
    """

    lease: LeaseId
    attempt: Attempt
    number: Count
    ask: StoreAsk


class Goodbye(Value, frozen=True, tag_field="type", tag="goodbye"):
    """The worker leaves, and its lease is free."""


WorkerMessage = (
    Hello
    | Schemes
    | Offers
    | Alive
    | Working
    | Beat
    | Measured
    | Done
    | Failed
    | Crashed
    | Ask
    | Goodbye
)
"""A message from a worker to the broker."""
