"""Opens the place that a URL names."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import fsspec
from fsspec.implementations.local import LocalFileSystem

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store._cache import Cache, default_cache
from mu2net_sidecar.store._local import LocalObjects
from mu2net_sidecar.store._relay import RelayObjects
from mu2net_sidecar.store._remote import RemoteObjects

if TYPE_CHECKING:
    from mu2net_sidecar.store._objects import Objects
    from mu2net_sidecar.store._relay import Relay

_EXTRAS = {"s3": ("s3", "s3fs"), "s3a": ("s3", "s3fs"), "gs": ("gcs", "gcsfs")}
"""The extra of the Python environment and the package that a kind of URL needs."""


def open_objects(url: str, cache: Cache | None, relay: Relay | None) -> Objects:
    """Opens the objects at a URL; those of another machine are read through the cache.

    Raises:
        SidecarError: `STORE_UNSUPPORTED` when a package for the URL is missing.
    """
    if relay is not None and "://" not in url:
        return RelayObjects(url, relay, cache or default_cache())
    try:
        # Lists that the client keeps would hide what other workers write and remove.
        fs, root = fsspec.url_to_fs(url, **_options(url))
    except (ImportError, ValueError) as error:
        raise SidecarError("STORE_UNSUPPORTED", _advice(url, error)) from error
    if isinstance(fs, LocalFileSystem):
        return LocalObjects(url, root)
    return RemoteObjects(url, fs, root, cache or default_cache())


def _options(url: str) -> dict[str, object]:
    return {"use_listings_cache": False} if "://" in url else {}


def _advice(url: str, error: Exception) -> str:
    extra, package = _EXTRAS.get(url.partition("://")[0], (None, None))
    if extra is None:
        return (
            f"cannot open the store {url}: {error}; install the fsspec package for it, or use "
            "a local folder, s3:// or gs://"
        )
    return (
        f"cannot open the store {url}: {package} is not installed; install it with 'npx mu2net "
        f"setup --extras {extra}'; in a Python environment of your own, with "
        f"'{sys.executable} -m pip install {package}'"
    )
