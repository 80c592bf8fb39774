# Generated from protocol/values/errors.ts by `npm run generate`; edit that instead.
"""Codes of errors."""

from __future__ import annotations

from typing import Literal

ErrorCode = Literal[
    "DATA_MISSING",
    "DATA_CORRUPT",
    "DATA_LABEL",
    "DATA_EMPTY",
    "IMAGE_UNDECODABLE",
    "CHECKPOINT_MISSING",
    "CHECKPOINT_INVALID",
    "STORE_MISSING",
    "STORE_CORRUPT",
    "STORE_UNKNOWN",
    "STORE_DENIED",
    "STORE_UNREACHABLE",
    "STORE_UNSUPPORTED",
    "OUT_OF_MEMORY",
    "CANCELLED",
    "SIDECAR_FAILED",
]
"""A stable code of an error that crosses the wire; the controller has them all."""
