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


StoreAsk = ReadAsk | WriteAsk | CommitAsk | RemoveAsk
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


StoreAnswer = PartAnswer | MissingAnswer | AcceptedAnswer | DeclinedAnswer
"""The answer to what a worker asked of a store."""
