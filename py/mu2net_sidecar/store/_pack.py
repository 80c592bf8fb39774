"""Packs: files as objects that are named by their hashes.

The manifest of a pack says which files it has, and the pieces of the stream of their contents. Its
digest names the pack, so equal files have equal packs.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from mu2net_sidecar.store._objects import Objects


_AHEAD = 2
"""Pieces that are fetched while one is written."""
_PIECE_BYTES = 4 << 20
_UPLOADS = 8
"""Pieces that are sent at the same time."""


@runtime_checkable
class Pieces(Protocol):
    """Where the manifest of a pack and its pieces are."""

    def fetch(self, digest: str) -> bytes:
        """Returns the checked bytes of an object; on any thread."""
        ...


class PackedFile(NamedTuple):
    """A file of a pack.

    Attributes:
        path: its path in the pack, with `/`.
        size: its size, bytes.
    """

    path: str
    size: int


class Piece(NamedTuple):
    """A part of the stream of files, which is an object.

    Attributes:
        sha256: its digest.
        size: its size, bytes.
    """

    sha256: str
    size: int


class Manifest(NamedTuple):
    """The files of a pack, and the pieces of their contents, in order."""

    files: list[PackedFile]
    pieces: list[Piece]


class FileToPack(NamedTuple):
    """A file of this machine that goes into a pack.

    Attributes:
        path: its path in the pack, with `/`.
        file: where it is.
        size: its size, bytes.
    """

    path: str
    file: Path
    size: int


def pack(
    files: Sequence[FileToPack], objects: Objects, progress: Callable[[int, int], None]
) -> str:
    """Stores files as a pack; the manifest comes last, so a pack is there whole or not at all.

    Pieces that are there already are not sent again, so an interrupted call is resumed by another.

    Args:
        files: in the order of their paths.
        objects: where the pack is stored.
        progress: gets the bytes done and their total.

    Returns:
        The digest of the manifest.

    Raises:
        SidecarError: `DATA_MISSING` when a file cannot be read or changes meanwhile; the errors of
            the place.
    """
    total, done = sum(file.size for file in files), 0
    pieces: list[Piece] = []
    with ThreadPoolExecutor(_UPLOADS) as pool:
        sending: list[Future[None]] = []
        for data in _cut(files):
            piece = Piece(hashlib.sha256(data).hexdigest(), len(data))
            pieces.append(piece)
            sending.append(pool.submit(_send, objects, piece.sha256, data))
            if len(sending) > _UPLOADS:
                sending.pop(0).result()
                done = sum(each.size for each in pieces[: len(pieces) - len(sending)])
                progress(done, total)
        for each in sending:
            each.result()
    listed = {
        "files": [{"path": file.path, "size": file.size} for file in files],
        "pieces": [piece._asdict() for piece in pieces],
    }
    manifest = json.dumps(listed, separators=(",", ":"), ensure_ascii=False).encode()
    digest = hashlib.sha256(manifest).hexdigest()
    _send(objects, digest, manifest)
    progress(total, total)
    return digest


def _send(objects: Objects, digest: str, data: bytes) -> None:
    if not objects.has(digest):
        objects.write([data])


def _cut(files: Sequence[FileToPack]) -> Iterator[bytes]:
    """Yields the stream of files in pieces of equal size, but for the last."""
    rest = bytearray()
    for path, file, size in files:
        read = 0
        try:
            with file.open("rb") as stream:
                while data := stream.read(_PIECE_BYTES - len(rest)):
                    read += len(data)
                    rest += data
                    if len(rest) == _PIECE_BYTES:
                        yield bytes(rest)
                        rest.clear()
        except OSError as error:
            raise SidecarError(
                "DATA_MISSING", f"{file} cannot be read: {error.strerror}; publish the data again"
            ) from error
        if read != size:
            raise SidecarError(
                "DATA_MISSING",
                f"{path} has {read} bytes, not {size}, because it was changed meanwhile; publish "
                "the data again",
            )
    if rest:
        yield bytes(rest)


def unpack(
    digest: str,
    objects: Pieces,
    folder: Path,
    limit: int,
    progress: Callable[[int, int], None],
) -> None:
    """Writes the files of a pack into a folder; every byte is checked.

    Args:
        digest: of the manifest.
        objects: have the manifest and the pieces.
        folder: where the files go; it exists.
        limit: the most bytes that they may have.
        progress: gets the bytes done and their total.

    Raises:
        SidecarError: `DATA_CORRUPT` when the manifest is not one, `DATA_MISSING` when the files are
            too large; the errors of the store.
    """
    manifest = _decode(objects.fetch(digest), digest)
    total = sum(file.size for file in manifest.files)
    if total > limit:
        raise SidecarError(
            "DATA_MISSING",
            f"the data have {total >> 20} MiB, more than the cache of this worker may "
            f"({limit >> 20} MiB); raise MU2NET_CACHE_SIZE where it runs",
        )
    done, rest = 0, bytearray()
    files = iter(manifest.files)
    stream = _stream(objects, manifest.pieces)
    for file in files:
        path = folder.joinpath(*PurePosixPath(file.path).parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as out:
            left = file.size
            while left:
                if not rest:
                    rest = bytearray(next(stream))
                part = rest[:left]
                out.write(part)
                del rest[: len(part)]
                left -= len(part)
                done += len(part)
                progress(done, total)


def _stream(objects: Pieces, pieces: list[Piece]) -> Iterator[bytes]:
    """Yields the contents of pieces, some of which are fetched ahead."""
    remaining = iter(pieces)
    with ThreadPoolExecutor(_AHEAD) as pool:
        waiting: list[Future[bytes]] = [
            pool.submit(objects.fetch, piece.sha256) for piece in islice(remaining, _AHEAD)
        ]
        while waiting:
            data = waiting.pop(0).result()
            waiting += [pool.submit(objects.fetch, piece.sha256) for piece in islice(remaining, 1)]
            yield data


def _decode(data: bytes, digest: str) -> Manifest:
    try:
        listed = json.loads(data)
        manifest = Manifest(
            [PackedFile(str(each["path"]), int(each["size"])) for each in listed["files"]],
            [Piece(str(each["sha256"]), int(each["size"])) for each in listed["pieces"]],
        )
    except (ValueError, LookupError, TypeError) as error:
        raise _not_a_manifest(digest, repr(error)) from error
    for file in manifest.files:
        parts = PurePosixPath(file.path).parts
        if not parts or ".." in parts or parts[0] == "/" or set(file.path) & set("\\\0:"):
            raise _not_a_manifest(digest, f"the path {file.path!r} leads out of it")
        if file.size < 0:
            raise _not_a_manifest(digest, f"{file.path} has the size {file.size}")
    if sum(each.size for each in manifest.files) != sum(each.size for each in manifest.pieces):
        raise _not_a_manifest(digest, "its pieces do not have the size of its files")
    return manifest


def _not_a_manifest(digest: str, reason: str) -> SidecarError:
    return SidecarError("DATA_CORRUPT", f"the object {digest} is not a manifest of data: {reason}")
