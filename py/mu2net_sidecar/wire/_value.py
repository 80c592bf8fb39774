"""The base of everything that messages are made of."""

from __future__ import annotations

from msgspec import Struct


class Value(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A part of a message; its fields are in camel case on the wire, and others are errors."""
