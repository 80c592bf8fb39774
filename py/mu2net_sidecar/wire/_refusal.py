"""Peers that speak another major version of the protocol."""

from __future__ import annotations

import re

from mu2net_sidecar.wire._version import PROTOCOL_VERSION


def major_of(tag: bytes) -> int | None:
    """Returns the major version of the peer that sent a first frame; None: not a peer of ours."""
    match = re.fullmatch(rb"mu2net/([0-9]{1,9})", tag)
    return int(match[1]) if match else None


def refusal(major: int) -> str:
    """Says why a controller of another major version is refused, and which side to upgrade."""
    ours = PROTOCOL_VERSION.major
    if major < ours:
        advice = "upgrade the controller: install the version of mu2net that the sidecar has"
    else:
        advice = (
            "upgrade the sidecar: install mu2net-sidecar of the controller's version where it runs"
        )
    return f"the controller speaks protocol {major} and the sidecar protocol {ours}; {advice}"
