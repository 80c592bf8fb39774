# Generated from protocol/requests/store.ts by `npm run generate`; edit that instead.
"""Upkeep of component stores."""

from __future__ import annotations

from msgspec import field

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values import Count, Digest, StoreUrl, Text


class CollectRequest(Value, frozen=True, tag_field="kind", tag="collect"):
    """Deletes objects that no living path can reach."""

    store: StoreUrl
    digests: list[Digest]


class CollectResult(Value, frozen=True, tag_field="kind", tag="collect"):
    """The outcome of a collection.

    Attributes:
        deleted: Number of objects that existed and are deleted.
    """

    deleted: Count


class CopyRequest(Value, frozen=True, tag_field="kind", tag="copy"):
    """Copies verified objects from another store.

    Attributes:
        from_: Store to copy from.
    """

    store: StoreUrl
    from_: StoreUrl = field(name="from")
    digests: list[Digest]


class CopyResult(Value, frozen=True, tag_field="kind", tag="copy"):
    """The outcome of a copy.

    Attributes:
        copied: Number of objects that were missing or damaged, and are copied.
    """

    copied: Count


class ListRequest(Value, frozen=True, tag_field="kind", tag="list"):
    """Lists the files of a store."""

    store: StoreUrl


class StoredFile(Value, frozen=True):
    """A file of a store.

    Attributes:
        name: Its path below the root of the store, with `/`.
        bytes: Its size in decimal digits, because it may exceed 2^32.
    """

    name: Text
    bytes: Text


class ListResult(Value, frozen=True, tag_field="kind", tag="list"):
    """The files of a store, in no order."""

    files: list[StoredFile]
