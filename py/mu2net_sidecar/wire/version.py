"""The version of the protocol; the twin of protocol/version.ts."""

from __future__ import annotations

import re

from mu2net_sidecar.wire.values import Version

PROTOCOL_VERSION = Version(major=3, minor=0)
TAG = b"mu2net/%d" % PROTOCOL_VERSION.major
"""First frame of every message; it names the major, so that a mismatch is told undecoded."""


def major_of(tag: bytes) -> int | None:
    """Major version of the peer that sent this first frame; None when it is no peer of ours."""
    match = re.fullmatch(rb"mu2net/([0-9]{1,9})", tag)
    return int(match[1]) if match else None


def refusal(major: int) -> str:
    """Why a controller of another major is refused, and which side to upgrade."""
    ours = PROTOCOL_VERSION.major
    if major < ours:
        advice = "upgrade the controller: install the version of mu2net that the sidecar has"
    else:
        advice = (
            "upgrade the sidecar: run 'npm run setup' where it runs, with the controller's "
            "version of mu2net"
        )
    return f"the controller speaks protocol {major} and the sidecar protocol {ours}; {advice}"
