"""The content-addressed store of component parameters and momentum traces."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store.files import Files
from mu2net_sidecar.store.tensors import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np


class Store:
    """Immutable objects on a local folder or any fsspec URL.

    An object is a dictionary of tensors in safetensors bytes. Its digest is the sha256 of those
    bytes and its file is named by it, `ab/abcdef….safetensors`, so that equal tensors are stored
    once, every read can be checked, and any number of processes may write to one store.
    """

    def __init__(self, url: str) -> None:
        self._files = Files(url)

    def put(self, tensors: Mapping[str, np.ndarray]) -> str:
        """Store `tensors` and return their digest; they are durable when this returns.

        An object that is there already is compared byte by byte and written again only if damaged.

        Raises:
            SidecarError: `SIDECAR_FAILED` when the store cannot be written.
        """
        data = encode(tensors)
        digest = _digest(data)
        name = _name(digest)
        if self._files.read(name) == data:
            self._files.sync(name)
        else:
            self._files.write(name, data)
        return digest

    def get(self, digest: str) -> dict[str, np.ndarray]:
        """The tensors of the object, whose bytes are checked against its digest.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT`, naming the object and its file.
        """
        data = self._verified(digest)
        try:
            return decode(data)
        except ValueError as error:
            raise self._corrupt(digest, str(error)) from error

    def has(self, digest: str) -> bool:
        """Whether the store has a file for the object; its bytes are not checked."""
        return self._files.exists(_name(digest))

    def delete(self, digests: Iterable[str]) -> int:
        """Delete the objects and return how many of them were there."""
        return sum(self._files.remove(_name(digest)) for digest in digests)

    def copy_from(self, other: Store, digests: Iterable[str]) -> int:
        """Copy the objects that are missing or damaged here from `other`; return how many.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT` when `other` cannot give an object.
        """
        return sum(self._copy(other, digest) for digest in digests)

    def _copy(self, other: Store, digest: str) -> bool:
        name = _name(digest)
        present = self._files.read(name)
        if present is not None and _digest(present) == digest:
            self._files.sync(name)
            return False
        self._files.write(name, other._verified(digest))
        return True

    def _verified(self, digest: str) -> bytes:
        data = self._files.read(_name(digest))
        if data is None:
            raise SidecarError(
                "STORE_MISSING",
                f"object {digest} is not in the store {self._files.url}; "
                "point to the store of the run that made it, or copy the object from there",
            )
        if _digest(data) != digest:
            raise self._corrupt(digest, "its bytes do not hash to its name")
        return data

    def _corrupt(self, digest: str, reason: str) -> SidecarError:
        return SidecarError(
            "STORE_CORRUPT",
            f"object {digest} is corrupt: {reason}; delete {self._files.path(_name(digest))} "
            "and restore it from a copy of the store",
        )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest}.safetensors"
