"""The content-addressed store of component parameters and momentum traces."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store._files import Files, Identity
from mu2net_sidecar.store._tensors import decode_tensors, encode_tensors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np

_CHUNK_BYTES = 1 << 20
"""Bytes that are hashed and then written, while they are still in the processor's cache."""


class Store:
    """Immutable objects in a local folder or at any fsspec URL.

    An object is a dictionary of tensors in safetensors bytes. Its digest is the sha256 of these
    bytes, and its file is named by the digest: `ab/abcdef….safetensors`. So equal tensors are
    stored once, every read can be checked, and any number of processes may write to one store. Any
    number of threads may use one `Store`.

    A local object is hashed when it is first read, and again only if its file has changed: each
    read compares the file's identity. A remote object is hashed on every read.
    """

    def __init__(self, url: str) -> None:
        self._files = Files(url)
        self._verified: dict[str, Identity] = {}

    def put(self, tensors: Mapping[str, np.ndarray]) -> str:
        """Stores tensors; they are durable when this returns.

        They are hashed while they are written. If an intact file of the object exists, it is kept.

        Args:
            tensors: arrays of any shape in a dtype that safetensors has, by name.

        Returns:
            The digest of the object.

        Raises:
            SidecarError: `SIDECAR_FAILED` when the store cannot be written.
        """
        return self._write(encode_tensors(tensors))

    def get(self, digest: str) -> dict[str, np.ndarray]:
        """Reads the tensors of an object, whose bytes are checked against its digest.

        Returns:
            The tensors, read-only, by name. Those of a local object are views of its file: pages
            are read when they are used, and the system may drop them and read them again.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT`, naming the object and its file.
        """
        data = self._read_verified(digest)
        try:
            return decode_tensors(data)
        except ValueError as error:
            raise self._corrupt_error(digest, str(error)) from error

    def verify(self, digests: Iterable[str]) -> None:
        """Checks the local objects that were not checked yet, several at a time.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT` for an object that cannot be read.
        """
        if not self._files.is_local:
            return
        unknown = [digest for digest in dict.fromkeys(digests) if not self._is_verified(digest)]
        if unknown:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                list(pool.map(self._read_verified, unknown))

    def has(self, digest: str) -> bool:
        """Returns whether the store has a file for the object; its bytes are not checked."""
        return self._files.exists(_file_of(digest))

    def delete(self, digests: Iterable[str]) -> int:
        """Deletes objects and returns how many of them existed."""
        return sum(self._delete(digest) for digest in digests)

    def copy_from(self, other: Store, digests: Iterable[str]) -> int:
        """Copies the objects that are missing or damaged in this store from another store.

        Returns:
            The number of objects that were copied.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT` when `other` cannot read an object.
        """
        return sum(self._copy(other, digest) for digest in digests)

    def _copy(self, other: Store, digest: str) -> bool:
        if self._is_intact(digest):
            self._files.sync(_file_of(digest))
            return False
        self._write([other._read_verified(digest)])
        return True

    def _delete(self, digest: str) -> bool:
        self._verified.pop(digest, None)
        return self._files.remove(_file_of(digest))

    def _write(self, parts: Iterable[bytes | memoryview]) -> str:
        sha256, digest = hashlib.sha256(), ""

        def hash_chunks() -> Iterator[bytes | memoryview]:
            for part in parts:
                for start in range(0, len(part), _CHUNK_BYTES):
                    chunk = part[start : start + _CHUNK_BYTES]
                    sha256.update(chunk)
                    yield chunk

        def name() -> str | None:
            nonlocal digest
            digest = sha256.hexdigest()
            if not self._is_intact(digest):
                return _file_of(digest)
            self._files.sync(_file_of(digest))
            return None

        self._files.write(hash_chunks(), name)
        self._remember(digest, self._files.identity(_file_of(digest)))
        return digest

    def _is_intact(self, digest: str) -> bool:
        """Returns whether the object exists and its bytes have its digest."""
        try:
            self._read_verified(digest)
        except SidecarError as error:
            if error.code in ("STORE_MISSING", "STORE_CORRUPT"):
                return False
            raise
        return True

    def _read_verified(self, digest: str) -> memoryview:
        """Reads the bytes of an object, and checks them unless its file was checked before."""
        content = self._files.read(_file_of(digest))
        if content is None:
            raise SidecarError(
                "STORE_MISSING",
                f"object {digest} is not in the store {self._files.url}; "
                "use the store of the run that created it, or copy the object from there",
            )
        if content.identity is None or self._verified.get(digest) != content.identity:
            if hashlib.sha256(content.data).hexdigest() != digest:
                raise self._corrupt_error(digest, "its bytes do not hash to its name")
            self._remember(digest, content.identity)
        return content.data

    def _is_verified(self, digest: str) -> bool:
        known = self._verified.get(digest)
        return known is not None and known == self._files.identity(_file_of(digest))

    def _remember(self, digest: str, identity: Identity | None) -> None:
        if identity is not None:
            self._verified[digest] = identity

    def _corrupt_error(self, digest: str, reason: str) -> SidecarError:
        return SidecarError(
            "STORE_CORRUPT",
            f"object {digest} is corrupt: {reason}; delete {self._files.path(_file_of(digest))} "
            "and restore it from a copy of the store",
        )


def _file_of(digest: str) -> str:
    return f"{digest[:2]}/{digest}.safetensors"
