"""Downloads a file, and goes on where an earlier download stopped."""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
import time
from dataclasses import dataclass
from pathlib import Path

from mu2net_sidecar.checkpoint.fetched._http import (
    StatusError,
    open_url,
    status_error,
    unreachable,
)
from mu2net_sidecar.checkpoint.files import OnProgress
from mu2net_sidecar.errors import SidecarError

_CHUNK_BYTES = 1 << 20
_ATTEMPTS = 4
"""Attempts in a row that may add nothing to a file of which something arrived."""
_WAIT_SECONDS = 0.5
"""Before the second attempt; doubled before each further one."""


@dataclass(frozen=True)
class RemoteFile:
    """A file on a server.

    Attributes:
        url: where it is.
        sha256: what the server, or the user, says of its bytes; None if nothing is said.
    """

    url: str
    sha256: str | None = None


def download(file: RemoteFile, target: Path, refusal: str, on_progress: OnProgress) -> str:
    """Downloads a file under its final name, and returns its sha256.

    Bytes that arrived stay in `<target>.part` until the file is whole, and are not asked for again:
    the server is asked for the rest (HTTP ranges), if its file is still the same (ETag).

    Args:
        file: the file.
        target: its final name.
        refusal: what an answer of 401, 403 or 404 means.
        on_progress: receives the bytes so far and in all. It may raise to stop.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` when it cannot be had, `CHECKPOINT_INVALID` when its
            bytes are not those that were promised.
    """
    part, tag = target.with_name(f"{target.name}.part"), target.with_name(f"{target.name}.etag")
    failures, has_begun = 0, False
    while True:
        before = _size(part)
        try:
            promised = _continue(file.url, part, tag, on_progress)
            break
        except StatusError as error:
            if error.status < 500:
                raise status_error(file.url, error, refusal) from error
            reason: SidecarError = status_error(file.url, error, refusal)
        except _LocalError as error:
            raise SidecarError(
                "CHECKPOINT_MISSING",
                f"{part} cannot be written: {error}; make room, or name another folder with "
                "MU2NET_CACHE",
            ) from error
        except (OSError, http.client.HTTPException) as error:
            reason = unreachable(file.url, error)
        failures = 0 if _size(part) > before else failures + 1
        has_begun = has_begun or failures == 0
        if failures == _ATTEMPTS or not has_begun:
            raise reason
        time.sleep(_WAIT_SECONDS * 2**failures)
    digests = _digests(part)
    for kind, expected in (("sha256", file.sha256), ("md5", promised)):
        if expected is not None and digests[kind] != expected:
            part.unlink()
            tag.unlink(missing_ok=True)
            raise SidecarError(
                "CHECKPOINT_INVALID",
                f"{file.url} is not the file that it should be: its {kind} is {digests[kind]}, not "
                f"{expected}. It was deleted; fetch it again, or correct the {kind}",
            )
    part.replace(target)
    tag.unlink(missing_ok=True)
    return digests["sha256"]


class _LocalError(Exception):
    """The file cannot be written here."""


def _continue(url: str, part: Path, tag: Path, on_progress: OnProgress) -> str | None:
    """Downloads what is missing of a file; returns its md5 if the server says it."""
    done = _size(part)
    known = tag.read_text(encoding="utf-8") if done and tag.exists() else None
    # Without a tag, nobody knows whether the rest belongs to the same file.
    ranges = {"Range": f"bytes={done}-", "If-Range": known} if known else {}
    try:
        response = open_url(url, ranges)
    except StatusError as error:
        if error.status != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        # The file became shorter, or is whole; only the bytes can tell.
        part.unlink()
        response = open_url(url)
    try:
        start, total = _extent(response)
        if start not in (0, _size(part)):
            raise OSError(f"it sends the file from byte {start} on, not from {done}")
        try:
            _keep_tag(tag, response.headers.get("ETag") or "")
            stream = part.open("ab" if start else "wb")
        except OSError as error:
            raise _LocalError(error) from error
        with stream:
            arrived = start
            while chunk := response.read(_CHUNK_BYTES):
                try:
                    stream.write(chunk)
                except OSError as error:
                    raise _LocalError(error) from error
                arrived += len(chunk)
                on_progress(arrived, total)
        if arrived < total:
            raise OSError(f"only {arrived} of {total} bytes arrived")
        return _md5(response)
    finally:
        response.close()


def _keep_tag(tag: Path, etag: str) -> None:
    # A weak tag (W/…) does not promise equal bytes.
    if etag.startswith('"'):
        tag.write_text(etag, encoding="utf-8")
    else:
        tag.unlink(missing_ok=True)


def _extent(response: http.client.HTTPResponse) -> tuple[int, int]:
    """Returns the first byte that an answer sends, and the bytes of the whole file."""
    match = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("Content-Range") or "")
    if response.status == http.client.PARTIAL_CONTENT and match:
        return int(match[1]), int(match[2])
    return 0, int(response.headers.get("Content-Length") or 0)


def _md5(response: http.client.HTTPResponse) -> str | None:
    """Returns the md5 that Google Cloud Storage says, in hexadecimal digits."""
    for line in response.headers.get_all("x-goog-hash") or []:
        match = re.search(r"md5=([A-Za-z0-9+/=]+)", line)
        if match:
            return base64.b64decode(match[1]).hex()
    return None


def _digests(path: Path) -> dict[str, str]:
    hashes = {"sha256": hashlib.sha256(), "md5": hashlib.md5(usedforsecurity=False)}
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            for each in hashes.values():
                each.update(chunk)
    return {name: each.hexdigest() for name, each in hashes.items()}


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
