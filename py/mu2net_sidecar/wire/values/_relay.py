# Generated from protocol/values/relay.ts by `npm run generate`; edit that instead.
"""Objects that travel between a worker and a store."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values._scalars import Count, Digest, StoreUrl, Text

UploadId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]
"""The name of an upload, which its worker draws."""


class ReadAsk(Value, frozen=True, tag_field="kind", tag="read"):
    """Asks for a part of an object.

    Attributes:
        length: The most bytes that are wanted, at most 2^20.
    """

    store: StoreUrl
    digest: Digest
    offset: Count
    length: Count


class WriteAsk(Value, frozen=True, tag_field="kind", tag="write"):
    """Sends a part of a new object, at most 2^20 bytes."""

    store: StoreUrl
    upload: UploadId
    offset: Count
    data: bytes


class CommitAsk(Value, frozen=True, tag_field="kind", tag="commit"):
    """Ends an upload, whose bytes must have the digest."""

    store: StoreUrl
    upload: UploadId
    digest: Digest


class RemoveAsk(Value, frozen=True, tag_field="kind", tag="remove"):
    """Deletes an object."""

    store: StoreUrl
    digest: Digest


class DataAsk(Value, frozen=True, tag_field="kind", tag="data"):
    """Asks for the data of the request's task."""


class ReadDataAsk(Value, frozen=True, tag_field="kind", tag="readData"):
    """Asks for a part of an object of packed data.

    Attributes:
        length: The most bytes that are wanted, at most 2^20.
    """

    digest: Digest
    offset: Count
    length: Count


StoreAsk = ReadAsk | WriteAsk | CommitAsk | RemoveAsk | DataAsk | ReadDataAsk
"""A question of a worker about a store that it does not share."""


class PartAnswer(Value, frozen=True, tag_field="kind", tag="part"):
    """A part of an object.

    Attributes:
        size: The size of the whole object.
    """

    size: Count
    data: bytes


class MissingAnswer(Value, frozen=True, tag_field="kind", tag="missing"):
    """The store does not have the object."""


class AcceptedAnswer(Value, frozen=True, tag_field="kind", tag="accepted"):
    """It is done, and durable after a commit."""


class DeclinedAnswer(Value, frozen=True, tag_field="kind", tag="declined"):
    """It cannot be done; the line says why."""

    message: Text


class Pack(Value, frozen=True):
    """Data as objects that are named by their hashes.

    Attributes:
        digest: Digest of its manifest, which names its files and their pieces.
        bytes: The size of its files in decimal digits, because it may exceed 2^32.
        url: Where it is published; None: the controller has it.
    """

    digest: Digest
    bytes: Text
    url: StoreUrl | None


class DataAnswer(Value, frozen=True, tag_field="kind", tag="data"):
    """Where the data of the task can be had.

    Attributes:
        packs: All their files together are the data.
    """

    packs: list[Pack]


StoreAnswer = PartAnswer | MissingAnswer | AcceptedAnswer | DeclinedAnswer | DataAnswer
"""The answer to what a worker asked of a store."""
