"""Turns an exception into the code and the line that the user sees."""

from __future__ import annotations

import traceback
from typing import cast, get_args

import jax
import msgspec

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.wire import MalformedMessage
from mu2net_sidecar.wire.values import ErrorCode

LONGEST_TEXT = 8_000
"""Characters; well within the limit of a text on the wire."""


class Failure(msgspec.Struct, frozen=True):
    """Why a request failed.

    Attributes:
        code: a stable code.
        message: one line.
        detail: the stack trace.
        is_crash: whether nobody foresaw the error, so that the request itself may cause it. The
            machine causes errors of the system, and those of memory.
    """

    code: ErrorCode
    message: str
    detail: str
    is_crash: bool = False


def failure_of(error: BaseException) -> Failure:
    """Describes an exception that ended a request to the controller."""
    detail = "".join(traceback.format_exception(error))
    code, message = _code_and_message(error)
    is_crash = code == "SIDECAR_FAILED" and not isinstance(error, SidecarError | OSError)
    line, trace = _encodable(message[:LONGEST_TEXT]), _encodable(detail[-LONGEST_TEXT:])
    return Failure(code, line, trace, is_crash)


def _code_and_message(error: BaseException) -> tuple[ErrorCode, str]:
    if isinstance(error, SidecarError) and error.code in get_args(ErrorCode):
        return cast(ErrorCode, error.code), error.message
    if isinstance(error, MalformedMessage):
        return (
            "SIDECAR_FAILED",
            f"the sidecar cannot send its answer, which breaks the protocol ({error}); correct the "
            "data if they cause this, or report it",
        )
    line = (str(error).strip().splitlines() or [""])[-1]
    if isinstance(error, MemoryError) or (
        isinstance(error, jax.errors.JaxRuntimeError) and "RESOURCE_EXHAUSTED" in str(error)
    ):
        return (
            "OUT_OF_MEMORY",
            f"the device of the sidecar is out of memory ({line or 'while training'}); start a run "
            "with a lower training.batchSize or ds_image_size; continueFrom keeps what is learned",
        )
    reason = f"{type(error).__name__}: {line}" if line else type(error).__name__
    return "SIDECAR_FAILED", f"the sidecar failed: {reason}; see its log in the run directory"


def _encodable(text: str) -> str:
    """Replaces lone surrogates, which file names may have and UTF-8 may not."""
    return text.encode("utf-8", "replace").decode("utf-8")
