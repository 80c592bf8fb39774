"""Checkpoints at a path or a URL, downloaded and hashed."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import fsspec

from mu2net_sidecar.checkpoint.files._checksum import check_sha256
from mu2net_sidecar.errors import SidecarError

OnProgress = Callable[[int, int], None]
"""Receives the bytes read so far and the bytes in all (0 if unknown). It may raise to stop."""

_CHUNK_BYTES = 1 << 22


@contextmanager
def open_source(
    source: str, sha256: str | None, on_progress: OnProgress
) -> Iterator[tuple[Path, str]]:
    """Yields a checkpoint as a file on this machine, and its sha256.

    A remote checkpoint is downloaded to a temporary file, which is deleted at the end.

    Args:
        source: local path, or a URL that fsspec can open: `https://`, `gs://`, `s3://`…
        sha256: hash that the file must have, in hexadecimal digits. None: any.
        on_progress: called after each chunk that was read.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` when the file cannot be read, `CHECKPOINT_INVALID` when
            its hash differs.
    """
    if not _is_remote(source):
        digest = _hash_source(source, on_progress)
        check_sha256(source, digest, sha256)
        yield Path(source), digest
        return
    with tempfile.TemporaryDirectory(prefix="mu2net-") as folder:
        path = Path(folder) / "checkpoint"
        with path.open("wb") as copy:
            digest = _hash_source(source, on_progress, copy)
        check_sha256(source, digest, sha256)
        yield path, digest


def _is_remote(source: str) -> bool:
    return "://" in source


def _hash_source(source: str, on_progress: OnProgress, copy: BinaryIO | None = None) -> str:
    """Returns the sha256 of a file, and writes its bytes to `copy` if there is one."""
    digest, done = hashlib.sha256(), 0
    for chunk, size in _read_chunks(source):
        if copy is not None:
            copy.write(chunk)
        digest.update(chunk)
        done += len(chunk)
        on_progress(done, size)
    return digest.hexdigest()


def _read_chunks(source: str) -> Iterator[tuple[bytes, int]]:
    """Yields the bytes of a file in chunks, each with the size of the whole file in bytes."""
    done = 0
    try:
        system, name = fsspec.url_to_fs(source)
        size = int(system.size(name) or 0)
        with system.open(name, "rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                done += len(chunk)
                yield chunk, size
        if done < size:
            raise EOFError(f"only {done} of {size} bytes arrived")
    # fsspec's file systems raise the exceptions of their own libraries.
    except Exception as error:
        raise SidecarError(
            "CHECKPOINT_MISSING",
            f"cannot read the checkpoint {source}: {_reason(source, error)}; {_advice(source)}",
        ) from error


def _reason(source: str, error: Exception) -> str:
    if not isinstance(error, FileNotFoundError):
        return str(error) or type(error).__name__
    if _is_remote(source):
        return "it does not exist or is not reachable"
    return "there is no such file"


def _advice(source: str) -> str:
    if not _is_remote(source):
        return "correct root.checkpoint"
    return "download it on a machine that can reach it, and set root.checkpoint to its path"
