"""Folders whose files are checked against a manifest.

`manifest.json` has facts about the content, and the size and sha256 of each file. A folder that
disagrees with its manifest raises an error. A folder appears complete or not at all.
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

from mu2net_sidecar.data.images import parallel_map
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from jaxtyping import UInt8

_NAME = "manifest.json"


@dataclass(frozen=True)
class ManifestFile:
    """A file of a folder, with its entry in the manifest.

    Attributes:
        path: The file.
        size: Its size, bytes.
        sha256: Hexadecimal sha256 of its content.
    """

    path: Path
    size: int
    sha256: str

    def check_size(self) -> None:
        """Checks that the file exists and has the size of its entry.

        Raises:
            SidecarError: `DATA_CORRUPT` otherwise.
        """
        size = self.path.stat().st_size if self.path.is_file() else None
        if size != self.size:
            raise self._corrupt("is missing" if size is None else f"has {size} bytes")

    @cached_property
    def checked(self) -> Path:
        """Path of the file, after its content was checked once against its sha256.

        Raises:
            SidecarError: `DATA_CORRUPT` when the content differs.
        """
        self.check_size()
        if _digest(self.path) != self.sha256:
            raise self._corrupt("has other bytes")
        return self.path

    @cached_property
    def mapped(self) -> UInt8[np.ndarray, " size"]:
        """Content of the file, mapped into memory and checked as in `checked`."""
        return _map(self.checked)

    @cached_property
    def unchecked(self) -> UInt8[np.ndarray, " size"]:
        """Content of the file, mapped into memory, for a reader that checks each part itself."""
        self.check_size()
        return _map(self.path)

    def _corrupt(self, reason: str) -> SidecarError:
        return corrupt_folder(
            self.path.parent, f"disagrees with its manifest: {self.path.name} {reason}"
        )


@dataclass(frozen=True)
class Manifest:
    """The content of a folder.

    Attributes:
        folder: The folder.
        facts: Statements of its writer about the content.
        files: Its files by name.
    """

    folder: Path
    facts: Mapping[str, Any]
    files: Mapping[str, ManifestFile]


def write_folder(folder: Path, fill: Callable[[Path], Mapping[str, Any]]) -> None:
    """Writes a new folder; if another process finishes the same folder first, that one stays.

    Args:
        folder: The folder to create.
        fill: Writes the files into the folder that it is given, and returns the facts.

    Raises:
        SidecarError: Any error of `fill`; `DATA_MISSING` when the folder cannot be written.
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
            f"cannot write {folder}: {error.strerror}; free space there or make it writable",
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def open_folder(folder: Path) -> Manifest:
    """Reads the manifest of a folder and checks the size of each file; content is checked on use.

    Raises:
        SidecarError: `DATA_CORRUPT` when the folder disagrees with its manifest.
    """
    try:
        manifest = json.loads((folder / _NAME).read_text("utf-8"))
        files = {
            name: ManifestFile(folder / name, file["size"], file["sha256"])
            for name, file in manifest["files"].items()
        }
        facts = dict(manifest["facts"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise corrupt_folder(folder, f"has no readable manifest ({error!r})") from error
    for file in files.values():
        file.check_size()
    return Manifest(folder, facts, files)


def corrupt_folder(folder: Path, reason: str) -> SidecarError:
    """Returns the error for a folder that disagrees with its manifest."""
    return SidecarError("DATA_CORRUPT", f"{folder} {reason}; delete it, and it is written again")


def _map(file: Path) -> UInt8[np.ndarray, " size"]:
    # An empty file cannot be mapped.
    return np.memmap(file, np.uint8, "r") if file.stat().st_size else np.empty(0, np.uint8)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
