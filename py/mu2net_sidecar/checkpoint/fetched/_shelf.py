"""The roots that were fetched, in the user's cache: a folder for each, with its `root.json`."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from mu2net_sidecar.checkpoint.fetched._name import RootName
from mu2net_sidecar.checkpoint.files import OnProgress
from mu2net_sidecar.user_cache import user_cache

try:
    import fcntl
except ImportError:  # Windows, where two programs must not fetch the same root at a time.
    fcntl = None


class FetchedRoot(msgspec.Struct, frozen=True, rename="camel"):
    """The content of `root.json`: the facts about a root that was fetched.

    Attributes:
        name: its name in configurations.
        file: name of the file with the tensors, in the same folder.
        url: where it was fetched.
        page: address of the page that describes it.
        revision: commit of the files on the hub; None elsewhere.
        licence: SPDX identifier or name of its licence; None if the server does not say.
        sha256: of the file, in hexadecimal digits.
        bytes: size of the file.
        fetched_at: when, in UTC, as ISO 8601.
        architecture: its published architecture, such as `Ti/16`; None if it has another size.
        description: the model in a few words.
        layout: whose names its tensors have.
        image_size: side of the images that it was made for, in pixels.
        layers: encoder blocks.
        parameter_count: parameters in all, with a head if there is one.
    """

    name: str
    file: str
    url: str
    page: str
    revision: str | None
    licence: str | None
    sha256: str
    bytes: int
    fetched_at: str
    architecture: str | None
    description: str
    layout: str
    image_size: int
    layers: int
    parameter_count: int


def folder_of(name: RootName) -> Path:
    """Returns the folder of a root, which need not exist."""
    return user_cache("roots") / name.scheme / name.path


def find_fetched(name: RootName) -> tuple[Path, FetchedRoot] | None:
    """Returns the file of a root that was fetched, and what is known of it; None otherwise."""
    return _read(folder_of(name))


def list_fetched() -> list[tuple[Path, FetchedRoot]]:
    """Returns all roots that were fetched, by name."""
    folders = (manifest.parent for manifest in user_cache("roots").rglob("root.json"))
    found = [root for root in map(_read, folders) if root is not None]
    return sorted(found, key=lambda each: each[1].name)


def _read(folder: Path) -> tuple[Path, FetchedRoot] | None:
    try:
        root = msgspec.json.decode((folder / "root.json").read_bytes(), type=FetchedRoot)
    except (OSError, msgspec.MsgspecError):
        return None
    path = folder / root.file
    # A file that was cut is fetched again; its bytes are hashed when it is read.
    return (path, root) if path.exists() and path.stat().st_size == root.bytes else None


def write_manifest(name: RootName, root: FetchedRoot) -> None:
    """Writes `root.json`, with which a root is complete."""
    folder = folder_of(name)
    draft = folder / "root.json.part"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(root), indent=2) + b"\n")
    draft.replace(folder / "root.json")


@contextlib.contextmanager
def reserve(folder: Path, on_progress: OnProgress) -> Iterator[None]:
    """Makes a folder, and keeps other programs from fetching into it meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        while fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # May raise, to stop.
                on_progress(0, 0)
                time.sleep(0.2)
        yield
