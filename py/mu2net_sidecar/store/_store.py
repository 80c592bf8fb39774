"""The content-addressed store of component parameters and momentum traces."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mu2net_sidecar.store._objects import Buffer, corrupt_error
from mu2net_sidecar.store._open import open_objects
from mu2net_sidecar.store._tensors import decode_tensors, encode_tensors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np

    from mu2net_sidecar.store._cache import Cache
    from mu2net_sidecar.store._objects import StoredFile
    from mu2net_sidecar.store._relay import Relay


class Store:
    """Immutable objects in a local folder or at any fsspec URL.

    An object is a dictionary of tensors in safetensors bytes. Its digest is the sha256 of these
    bytes, and its file is named by the digest: `ab/abcdef….safetensors`. So equal tensors are
    stored once, every read can be checked, and any number of processes may write to one store. Any
    number of threads may use one `Store`.

    Args:
        url: a folder, or an fsspec URL such as `s3://bucket/prefix`.
        cache: where remote objects are kept on this machine. None: the cache of the user.
        relay: the way to folders that are on the machine of the controller. None: folders are on
            this machine.
        writes: whether `put` stores what it names. Another process may store the same.

    Raises:
        SidecarError: `STORE_UNSUPPORTED` when a package for the URL is missing. Methods raise
            `STORE_UNKNOWN`, `STORE_DENIED` and `STORE_UNREACHABLE` for a remote store, and
            `SIDECAR_FAILED` when files cannot be read or written.
    """

    def __init__(
        self,
        url: str,
        cache: Cache | None = None,
        *,
        relay: Relay | None = None,
        writes: bool = True,
    ) -> None:
        self._objects = open_objects(url, cache, relay)
        self._writes = writes

    def put(self, tensors: Mapping[str, np.ndarray]) -> str:
        """Stores tensors; they are durable when this returns.

        If an intact object with these bytes exists, it is kept.

        Args:
            tensors: arrays of any shape in a dtype that safetensors has, by name.

        Returns:
            The digest of the object.
        """
        parts = encode_tensors(tensors)
        return self._objects.write(parts) if self._writes else _digest_of(parts)

    def get(self, digest: str) -> dict[str, np.ndarray]:
        """Reads the tensors of an object, whose bytes are checked against its digest.

        Returns:
            The tensors, read-only, by name. They are views of a mapped file, of the store or of
            the cache: pages are read when they are used, and the system may drop them and read
            them again.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT`, naming the object and its file.
        """
        data = self._objects.read(digest)
        try:
            return decode_tensors(data)
        except ValueError as error:
            raise corrupt_error(digest, str(error), self._objects.locate(digest)) from error

    def verify(self, digests: Iterable[str]) -> None:
        """Checks objects that are about to be read; those of a remote store are fetched.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT` for an object that cannot be read.
        """
        self._objects.verify(digests)

    def has(self, digest: str) -> bool:
        """Returns whether the store has a file for the object; its bytes are not checked."""
        return self._objects.has(digest)

    def files(self) -> list[StoredFile]:
        """Lists every file of the store."""
        return self._objects.files()

    def delete(self, digests: Iterable[str]) -> int:
        """Deletes objects and returns how many of them existed."""
        return self._objects.remove(digests)

    def copy_from(self, other: Store, digests: Iterable[str]) -> int:
        """Copies the objects that are missing or damaged in this store from another store.

        Returns:
            The number of objects that were copied.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT` when `other` cannot read an object.
        """
        return sum(self._copy(other, digest) for digest in digests)

    def _copy(self, other: Store, digest: str) -> bool:
        if self._objects.is_intact(digest):
            return False
        self._objects.write([other._objects.read(digest)])
        return True


def _digest_of(parts: Iterable[Buffer]) -> str:
    sha256 = hashlib.sha256()
    for part in parts:
        sha256.update(part)
    return sha256.hexdigest()
