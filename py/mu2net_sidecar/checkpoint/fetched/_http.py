"""Requests by HTTP, through the proxies that the environment names."""

from __future__ import annotations

import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from mu2net_sidecar.errors import SidecarError

T = TypeVar("T")

_SECONDS = 30
"""How long a server may be silent."""


class StatusError(Exception):
    """An answer that is an error.

    Attributes:
        status: its status.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"the server answers {status} {reason}")
        self.status = status


def open_url(url: str, headers: Mapping[str, str] | None = None) -> http.client.HTTPResponse:
    """Opens a URL; redirections are followed, and HTTPS_PROXY and NO_PROXY are obeyed.

    Raises:
        StatusError: the server refuses.
        OSError: it cannot be reached; `unreachable` says so to a user.
    """
    request = urllib.request.Request(
        url, headers={"User-Agent": "mu2net", "Accept-Encoding": "identity", **(headers or {})}
    )
    token = os.environ.get("HF_TOKEN")
    if token and url.startswith(hugging_face()):
        # Not sent on to the server that a redirection names.
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    try:
        # A new opener, because the shared one keeps the proxies of its first use.
        return urllib.request.build_opener().open(request, timeout=_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        raise StatusError(error.code, error.reason) from error
    except http.client.HTTPException as error:
        raise OSError(f"it does not answer as a web server does: {error!r}") from error


def read_url(url: str, refusal: str) -> bytes:
    """Reads a small file.

    Args:
        url: where it is.
        refusal: what an answer of 401, 403 or 404 means.

    Raises:
        SidecarError: `CHECKPOINT_MISSING`.
    """
    try:
        response = open_url(url)
        try:
            return response.read()
        finally:
            response.close()
    except StatusError as error:
        raise status_error(url, error, refusal) from error
    except (OSError, http.client.HTTPException) as error:
        raise unreachable(url, error) from error


def read_json(url: str, refusal: str, decoder: msgspec.json.Decoder[T]) -> T:
    """Reads JSON that a decoder knows, as `read_url` reads a file."""
    try:
        return decoder.decode(read_url(url, refusal))
    except msgspec.MsgspecError as error:
        raise SidecarError(
            "CHECKPOINT_MISSING",
            f"{url} does not answer as Hugging Face does ({error}), so a proxy or a firewall may "
            "stand between; correct HTTPS_PROXY, or fetch the root on another machine",
        ) from error


def status_error(url: str, error: StatusError, refusal: str) -> SidecarError:
    """Returns what a user is told of an answer that is an error."""
    if error.status in (401, 403, 404):
        return SidecarError("CHECKPOINT_MISSING", f"{url}: {error}: {refusal}")
    return SidecarError(
        "CHECKPOINT_MISSING", f"{url}: {error}; try again later: it goes on where it stopped"
    )


def unreachable(url: str, error: Exception) -> SidecarError:
    """Returns what a user is told when a server cannot be reached."""
    host = urlsplit(url).hostname or url
    reason = getattr(error, "reason", None) or error
    proxies = urllib.request.getproxies()
    scheme = urlsplit(url).scheme
    if proxies.get(scheme) and not urllib.request.proxy_bypass(host):
        advice = f"the proxy is {proxies[scheme]}: correct {scheme.upper()}_PROXY, or NO_PROXY"
    else:
        advice = f"if this machine needs a proxy, set {scheme.upper()}_PROXY"
    return SidecarError(
        "CHECKPOINT_MISSING",
        f"cannot reach {host}: {reason}; {advice}. Without a network, run 'npx mu2net root fetch' "
        "on a machine that has one, and copy the folder that it names",
    )


def hugging_face() -> str:
    """Returns the address of Hugging Face, or of the mirror that HF_ENDPOINT names."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co"


def google_storage() -> str:
    """Returns the address of Google Cloud Storage, or of what STORAGE_EMULATOR_HOST names."""
    host = os.environ.get("STORAGE_EMULATOR_HOST", "").rstrip("/")
    if host and "://" not in host:
        host = f"http://{host}"
    return host or "https://storage.googleapis.com"
