"""The content-addressed store of component parameters and momentum traces."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store.files import Files, Identity
from mu2net_sidecar.store.tensors import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np

CHUNK_BYTES = 1 << 20
"""What is hashed and written in turn, while the processor's cache still holds it."""


class Store:
    """Immutable objects on a local folder or any fsspec URL.

    An object is a dictionary of tensors in safetensors bytes. Its digest is the sha256 of those
    bytes and its file is named by it, `ab/abcdef….safetensors`, so that equal tensors are stored
    once, every read can be checked, and any number of processes may write to one store. Any number
    of threads may use one `Store`.

    A local object is hashed when it is first read, and again only if its file has changed since: on
    each read the file's identity is compared. Elsewhere every read is hashed.
    """

    def __init__(self, url: str) -> None:
        self._files = Files(url)
        self._verified: dict[str, Identity] = {}

    def put(self, tensors: Mapping[str, np.ndarray]) -> str:
        """Store `tensors` and return their digest; they are durable when this returns.

        They are hashed while they are written. Where the object is there already, and whole, its
        file stays as it is.

        Raises:
            SidecarError: `SIDECAR_FAILED` when the store cannot be written.
        """
        return self._write(encode(tensors))

    def get(self, digest: str) -> dict[str, np.ndarray]:
        """The tensors of the object, whose bytes are checked against its digest.

        They are read-only. Those of a local object are views of its file: pages are read when
        they are used, and may be dropped and read again.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT`, naming the object and its file.
        """
        data = self._checked(digest)
        try:
            return decode(data)
        except ValueError as error:
            raise self._corrupt(digest, str(error)) from error

    def verify(self, digests: Iterable[str]) -> None:
        """Check local objects that were not checked yet, several at a time.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT` for one that cannot be read.
        """
        if not self._files.is_local:
            return
        unknown = [digest for digest in dict.fromkeys(digests) if not self._is_verified(digest)]
        if unknown:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                list(pool.map(self._checked, unknown))

    def has(self, digest: str) -> bool:
        """Whether the store has a file for the object; its bytes are not checked."""
        return self._files.exists(_name(digest))

    def delete(self, digests: Iterable[str]) -> int:
        """Delete the objects and return how many of them were there."""
        return sum(self._delete(digest) for digest in digests)

    def copy_from(self, other: Store, digests: Iterable[str]) -> int:
        """Copy the objects that are missing or damaged here from `other`; return how many.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT` when `other` cannot give an object.
        """
        return sum(self._copy(other, digest) for digest in digests)

    def _copy(self, other: Store, digest: str) -> bool:
        if self._holds(digest):
            self._files.sync(_name(digest))
            return False
        self._write([other._checked(digest)])
        return True

    def _delete(self, digest: str) -> bool:
        self._verified.pop(digest, None)
        return self._files.remove(_name(digest))

    def _write(self, parts: Iterable[bytes | memoryview]) -> str:
        sha256, digest = hashlib.sha256(), ""

        def hashed() -> Iterator[bytes | memoryview]:
            for part in parts:
                for start in range(0, len(part), CHUNK_BYTES):
                    chunk = part[start : start + CHUNK_BYTES]
                    sha256.update(chunk)
                    yield chunk

        def name() -> str | None:
            nonlocal digest
            digest = sha256.hexdigest()
            if not self._holds(digest):
                return _name(digest)
            self._files.sync(_name(digest))
            return None

        self._files.write(hashed(), name)
        self._note(digest, self._files.identity(_name(digest)))
        return digest

    def _holds(self, digest: str) -> bool:
        """Whether the object is there, and whole."""
        try:
            self._checked(digest)
        except SidecarError as error:
            if error.code in ("STORE_MISSING", "STORE_CORRUPT"):
                return False
            raise
        return True

    def _checked(self, digest: str) -> memoryview:
        content = self._files.read(_name(digest))
        if content is None:
            raise SidecarError(
                "STORE_MISSING",
                f"object {digest} is not in the store {self._files.url}; "
                "point to the store of the run that made it, or copy the object from there",
            )
        if content.identity is None or self._verified.get(digest) != content.identity:
            if hashlib.sha256(content.data).hexdigest() != digest:
                raise self._corrupt(digest, "its bytes do not hash to its name")
            self._note(digest, content.identity)
        return content.data

    def _is_verified(self, digest: str) -> bool:
        known = self._verified.get(digest)
        return known is not None and known == self._files.identity(_name(digest))

    def _note(self, digest: str, identity: Identity | None) -> None:
        if identity is not None:
            self._verified[digest] = identity

    def _corrupt(self, digest: str, reason: str) -> SidecarError:
        return SidecarError(
            "STORE_CORRUPT",
            f"object {digest} is corrupt: {reason}; delete {self._files.path(_name(digest))} "
            "and restore it from a copy of the store",
        )


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest}.safetensors"
