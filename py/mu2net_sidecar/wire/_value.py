"""The base of everything that messages are made of."""

from __future__ import annotations

from msgspec import Struct


class Value(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A part of a message; on the wire its fields are in camel case, and unknown ones an error."""
