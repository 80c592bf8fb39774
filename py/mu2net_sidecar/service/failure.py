"""From an exception to the code and the line that the user sees."""

from __future__ import annotations

import traceback
from typing import get_args

import jax
import msgspec

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.wire.values import ErrorCode

LONGEST_TEXT = 8_000
"""Characters, well within what a text on the wire may have."""


class Failure(msgspec.Struct, frozen=True):
    """Why a request failed: a stable code, one line, and the stack trace for those who ask."""

    code: ErrorCode
    message: str
    detail: str


def failure_of(error: BaseException) -> Failure:
    """What to tell the controller of an exception that ended a request."""
    detail = "".join(traceback.format_exception(error))
    code, message = _told(error)
    return Failure(code, _sendable(message[:LONGEST_TEXT]), _sendable(detail[-LONGEST_TEXT:]))


def _told(error: BaseException) -> tuple[ErrorCode, str]:
    if isinstance(error, SidecarError) and error.code in get_args(ErrorCode):
        return error.code, error.message  # pyright: ignore[reportReturnType]
    line = (str(error).strip().splitlines() or [""])[-1]
    if isinstance(error, MemoryError) or (
        isinstance(error, jax.errors.JaxRuntimeError) and "RESOURCE_EXHAUSTED" in str(error)
    ):
        return (
            "OUT_OF_MEMORY",
            f"the device of the sidecar is out of memory ({line or 'while training'}); start a run "
            "with a lower training.batchSize or ds_image_size; continueFrom keeps what is learned",
        )
    what = f"{type(error).__name__}: {line}" if line else type(error).__name__
    return "SIDECAR_FAILED", f"the sidecar failed: {what}; see its log in the run directory"


def _sendable(text: str) -> str:
    """Text without lone surrogates, which file names may have and UTF-8 may not."""
    return text.encode("utf-8", "replace").decode("utf-8")
