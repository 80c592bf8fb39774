"""Folders of files that a manifest vouches for.

`manifest.json` has the facts about what the files hold, and the size and digest of each; a folder
that disagrees with it is refused. A folder appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mu2net_sidecar.data.parallel import parallel_map
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_NAME = "manifest.json"


@dataclass(frozen=True)
class ManifestFile:
    """A file, and what its manifest says of it.

    Attributes:
        path: Where it is.
        size: Its bytes.
        sha256: Their digest.
    """

    path: Path
    size: int
    sha256: str

    def check_size(self) -> None:
        """Check that it is there, and as long as it was.

        Raises:
            SidecarError: `DATA_CORRUPT` when it is not.
        """
        size = self.path.stat().st_size if self.path.is_file() else None
        if size != self.size:
            raise self._refused("is missing" if size is None else f"has {size} bytes")

    @cached_property
    def checked(self) -> Path:
        """Its path, once its content is found to be what the manifest says.

        Raises:
            SidecarError: `DATA_CORRUPT` when it is not.
        """
        self.check_size()
        if _digest(self.path) != self.sha256:
            raise self._refused("has other bytes")
        return self.path

    @cached_property
    def mapped(self) -> np.ndarray:
        """Its bytes, uint8; checked as `checked` is."""
        return _map(self.checked)

    @cached_property
    def unchecked(self) -> np.ndarray:
        """Its bytes, uint8, for a reader who has a checksum of each part."""
        self.check_size()
        return _map(self.path)

    def _refused(self, reason: str) -> SidecarError:
        return refused(self.path.parent, f"disagrees with its manifest: {self.path.name} {reason}")


@dataclass(frozen=True)
class Manifest:
    """What a folder holds.

    Attributes:
        folder: The folder.
        facts: What its writer said of it.
        files: Its files, by name.
    """

    folder: Path
    facts: Mapping[str, Any]
    files: Mapping[str, ManifestFile]


def write_folder(folder: Path, fill: Callable[[Path], Mapping[str, Any]]) -> None:
    """Writes a new folder; one that another process finishes meanwhile is kept.

    Args:
        folder: Where to.
        fill: Writes the files into the folder that it is given, and returns the facts.

    Raises:
        SidecarError: What `fill` raises; `DATA_MISSING` when the folder cannot be written.
    """
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        facts = fill(unfinished)
        written = sorted(unfinished.iterdir())
        files = {
            file.name: {"size": file.stat().st_size, "sha256": digest}
            for file, digest in zip(written, parallel_map(_digest, written), strict=True)
        }
        text = json.dumps({"facts": facts, "files": files}, indent=2)
        (unfinished / _NAME).write_text(f"{text}\n", "utf-8")
        if not folder.exists():
            unfinished.rename(folder)
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING",
            f"cannot write {folder}: {error.strerror}; make room there, or the folder writable",
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def open_folder(folder: Path) -> Manifest:
    """What a folder holds; its files are checked for their size, and as they are read in full.

    Raises:
        SidecarError: `DATA_CORRUPT` when it disagrees with its manifest.
    """
    try:
        manifest = json.loads((folder / _NAME).read_text("utf-8"))
        files = {
            name: ManifestFile(folder / name, file["size"], file["sha256"])
            for name, file in manifest["files"].items()
        }
        facts = dict(manifest["facts"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise refused(folder, f"has no readable manifest ({error!r})") from error
    for file in files.values():
        file.check_size()
    return Manifest(folder, facts, files)


def refused(folder: Path, reason: str) -> SidecarError:
    """The error of a folder that is not what it should be."""
    return SidecarError("DATA_CORRUPT", f"{folder} {reason}; delete it to have it made again")


def _map(file: Path) -> np.ndarray:
    # Nothing cannot be mapped.
    return np.memmap(file, np.uint8, "r") if file.stat().st_size else np.empty(0, np.uint8)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
