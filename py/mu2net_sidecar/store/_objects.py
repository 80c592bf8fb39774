"""The port behind the store: where objects lie, whatever holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterable

Buffer = bytes | memoryview


class StoredFile(NamedTuple):
    """A file below the root of a store.

    Attributes:
        name: its path below the root, with `/`.
        nbytes: its size.
    """

    name: str
    nbytes: int


@runtime_checkable
class Objects(Protocol):
    """Immutable byte strings, named by their sha256. Any number of threads may use it.

    Attributes:
        url: the root, as it was given.
    """

    url: str

    def read(self, digest: str) -> memoryview:
        """Returns the bytes of an object, which were checked against its digest.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT`, and the errors of the place.
        """
        ...

    def write(self, parts: Iterable[Buffer]) -> str:
        """Stores an object, given in parts, and returns its digest; it is durable then.

        A reader sees all of it or none of it. An intact object is kept, a damaged one is replaced.
        """
        ...

    def is_intact(self, digest: str) -> bool:
        """Returns whether the object is there, durable, and its bytes have its digest."""
        ...

    def verify(self, digests: Iterable[str]) -> None:
        """Checks objects that are about to be read, several at a time.

        Raises:
            SidecarError: `STORE_MISSING` or `STORE_CORRUPT`, and the errors of the place.
        """
        ...

    def has(self, digest: str) -> bool:
        """Returns whether the object has a file; its bytes are not checked."""
        ...

    def remove(self, digests: Iterable[str]) -> int:
        """Removes objects and returns how many of them existed."""
        ...

    def files(self) -> list[StoredFile]:
        """Lists every file below the root."""
        ...

    def locate(self, digest: str) -> str:
        """Returns where the file of an object is, for people to read."""
        ...


def file_of(digest: str) -> str:
    """Returns the path of an object's file below the root."""
    return f"{digest[:2]}/{digest}.safetensors"


def missing_error(digest: str, url: str) -> SidecarError:
    """Describes an object that a store does not have."""
    return SidecarError(
        "STORE_MISSING",
        f"object {digest} is not in the store {url}; "
        "use the store of the run that created it, or copy the object from there",
    )


def corrupt_error(digest: str, reason: str, file: str) -> SidecarError:
    """Describes an object whose bytes are not what its digest promises."""
    return SidecarError(
        "STORE_CORRUPT",
        f"object {digest} is corrupt: {reason}; delete {file} "
        "and restore it from a copy of the store",
    )
