# Generated from protocol/version.ts by `npm run generate`; edit that instead.
"""The version of the protocol that this package speaks."""

from __future__ import annotations

from mu2net_sidecar.wire.values import Version

PROTOCOL_VERSION = Version(major=4, minor=8)
TAG = b"mu2net/%d" % PROTOCOL_VERSION.major
"""First frame of every message; it names the major version before anything is decoded."""
