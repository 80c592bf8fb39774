"""Checkpoint files from a path or URL, on this machine and with their hash."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec

from mu2net_sidecar.errors import SidecarError

CHUNK = 1 << 22
Progress = Callable[[int, int], None]
"""Told the bytes that are read, and those there are; 0 where that is not known."""


@contextmanager
def fetched(source: str, progress: Progress) -> Iterator[tuple[Path, str]]:
    """A file on this machine for as long as it is needed, and its sha256.

    Args:
        source: a local path, or a URL that fsspec knows: `https://`, `gs://`, `s3://`…
        progress: called as the file is read; may raise to stop.

    Raises:
        SidecarError: `CHECKPOINT_MISSING`, saying which file to fetch by hand.
    """
    digest, done = hashlib.sha256(), 0
    if "://" not in source:
        for chunk, size in _chunks(source):
            digest.update(chunk)
            done += len(chunk)
            progress(done, size)
        yield Path(source), digest.hexdigest()
        return
    with tempfile.TemporaryDirectory(prefix="mu2net-") as folder:
        path = Path(folder) / "checkpoint"
        with path.open("wb") as copy:
            for chunk, size in _chunks(source):
                copy.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                progress(done, size)
        yield path, digest.hexdigest()


def _chunks(source: str) -> Iterator[tuple[bytes, int]]:
    """The bytes of a file, and how many there are in all."""
    done = 0
    try:
        system, name = fsspec.url_to_fs(source)
        size = int(system.size(name) or 0)
        with system.open(name, "rb") as stream:
            while chunk := stream.read(CHUNK):
                done += len(chunk)
                yield chunk, size
        if done < size:
            raise EOFError(f"only {done} of {size} bytes came")
    # File systems of all kinds raise exceptions of all kinds.
    except Exception as error:
        remote = "://" in source
        reason = str(error) or type(error).__name__
        if isinstance(error, FileNotFoundError):
            reason = "it is not there, or not reachable" if remote else "there is no such file"
        advice = (
            "or fetch it on a machine that can, and set root.checkpoint to its path"
            if remote
            else "correct root.checkpoint"
        )
        raise SidecarError(
            "CHECKPOINT_MISSING",
            f"cannot read the checkpoint {source}: {reason}; {advice}",
        ) from error
