"""Failures of a remote store: which of them pass, and one line for each of the others."""

from __future__ import annotations

import errno
import logging
import random
import time
from typing import TYPE_CHECKING, TypeVar

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

RETRY_SECONDS = 30.0
"""An operation is tried again for so long while its failures may pass."""
_FIRST_DELAY, _LONGEST_DELAY = 0.5, 8.0

_T = TypeVar("_T")

# Classes of the clients, by name: their packages are optional.
_NO_CREDENTIALS = {
    "NoCredentialsError",
    "PartialCredentialsError",
    "CredentialRetrievalError",
    "DefaultCredentialsError",
    "TokenRetrievalError",
}
_DAMAGED = {"ChecksumError", "FlexibleChecksumError"}
_NETWORK = {
    "ClientError",
    "ConnectionError",
    "FSTimeoutError",
    "HTTPClientError",
    "TimeoutError",
    "TransportError",
}
_TRANSIENT = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.ECONNABORTED,
    errno.ECONNREFUSED,
    errno.ECONNRESET,
    errno.EHOSTUNREACH,
    errno.EIO,
    errno.ENETUNREACH,
    errno.EPIPE,
    errno.ETIMEDOUT,
    getattr(errno, "EREMOTEIO", errno.EIO),
}
_TRANSIENT_STATUS = {408, 429, 500, 502, 503, 504}


def persist(action: Callable[[], _T], verb: str, place: str) -> _T:
    """Performs an operation on a remote store, again if its failure may pass.

    Args:
        action: the operation.
        verb: what it does, to complete "cannot … <place>".
        place: what it is done to.

    Raises:
        FileNotFoundError: as the operation raised it; it may mean an object or a bucket.
        FileExistsError: as the operation raised it.
        SidecarError: `STORE_DENIED`, `STORE_UNREACHABLE`, `STORE_CORRUPT` or `SIDECAR_FAILED`.
    """
    delay, deadline = _FIRST_DELAY, time.monotonic() + RETRY_SECONDS
    while True:
        try:
            return action()
        except (FileNotFoundError, FileExistsError, SidecarError):
            raise
        except Exception as error:
            failure = _describe(error, verb, place)
            if failure.code != "STORE_UNREACHABLE" or time.monotonic() + delay > deadline:
                raise failure from error
            log.warning("%s; tried again in %.1f s", failure.message, delay)
        time.sleep(delay * random.uniform(0.5, 1))
        delay = min(2 * delay, _LONGEST_DELAY)


def no_bucket_error(url: str) -> SidecarError:
    """Describes a store whose bucket or root does not exist."""
    return SidecarError(
        "STORE_UNKNOWN",
        f"the store {url} cannot be used: its bucket does not exist; create the bucket, or "
        "correct the URL",
    )


def says_no_bucket(error: BaseException) -> bool:
    """Returns whether a `FileNotFoundError` is about the bucket, not about an object in it."""
    text = str(error).lower()
    return "bucket" in text and "exist" in text


def _describe(error: Exception, verb: str, place: str) -> SidecarError:
    reason = " ".join(str(error).split()) or type(error).__name__
    cannot = f"cannot {verb} {place}"
    names = {each.__name__ for link in _chain(error) for each in type(link).__mro__}
    if names & _NO_CREDENTIALS:
        return SidecarError(
            "STORE_DENIED",
            f"{cannot}: this machine has no credentials for it ({reason}); set the variables "
            "or files that its client reads, as docs/stores.md describes",
        )
    is_refused = isinstance(error, PermissionError) or _status_of(error) in (401, 403)
    if is_refused or "access key" in reason.lower():
        return SidecarError(
            "STORE_DENIED",
            f"{cannot}: the server denies it ({reason}); check the credentials of this machine "
            "and what they may do",
        )
    if names & _DAMAGED:
        return SidecarError(
            "STORE_CORRUPT",
            f"{cannot}: its bytes are damaged ({reason}); delete it and restore it from a copy "
            "of the store",
        )
    if _may_pass(error, names):
        return SidecarError(
            "STORE_UNREACHABLE",
            f"{cannot}: the server does not answer ({reason}); check the network and the "
            "address, then resume",
        )
    return SidecarError("SIDECAR_FAILED", f"{cannot}: {reason}; see the sidecar's log")


def _may_pass(error: Exception, names: set[str]) -> bool:
    status = _status_of(error)
    if status is not None:
        return status in _TRANSIENT_STATUS
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _TRANSIENT
    return bool(names & _NETWORK)


def _status_of(error: Exception) -> int | None:
    """Returns the HTTP status that an error carries, if any."""
    for link in _chain(error):
        response = getattr(link, "response", None)
        if isinstance(response, dict):
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        else:
            status = getattr(link, "status", None) or getattr(link, "code", None)
        if str(status).isdigit():
            return int(str(status))
    return None


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__
    return chain
