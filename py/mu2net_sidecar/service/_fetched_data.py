"""Data that travel to this machine, because it does not have them: they are kept in a cache."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

import msgspec

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.service._own_data import TASK_REQUESTS, has_data, with_source
from mu2net_sidecar.service._roots import Roots
from mu2net_sidecar.store import (
    Cache,
    Objects,
    Part,
    PartReader,
    Pieces,
    default_cache,
    open_objects,
    unpack,
)
from mu2net_sidecar.user_cache import user_cache
from mu2net_sidecar.wire import requests, values

log = logging.getLogger(__name__)

_R = TypeVar("_R", bound=requests.Request)
_ANSWER_SECONDS = 60.0
_TELL_SECONDS = 5.0


@runtime_checkable
class DataAsks(Protocol):
    """Asks the controller for the data of the lease that is being executed."""

    def data(self) -> Future[list[values.Pack] | None]:
        """Asks where the data are; None if the controller does not have them."""
        ...

    def read_data(self, digest: str, offset: int, length: int) -> Future[Part | None]:
        """Asks for a part of an object of packed data."""
        ...


class FetchedData:
    """Fetches the data of requests from the controller, once, and keeps those that were used last.

    Args:
        asks: asks the controller.
        folder: where data are kept; None: in the cache of the user.
        limit: the most bytes that are kept; None: as the environment says.
    """

    def __init__(
        self, asks: DataAsks, folder: Path | None = None, limit: int | None = None
    ) -> None:
        self.folder = folder or user_cache("data")
        self._asks = asks
        self._limit = default_cache().limit if limit is None else limit

    def use(self, request: _R, roots: Roots, step: Callable[[], None]) -> _R:
        """Returns the request with the place of its data on this machine, fetched if need be.

        A request stays as it is if its data are here, or if the controller does not have them.

        Args:
            request: the request.
            roots: where this worker may read.
            step: called while data are on their way; raises when the request is cancelled.

        Raises:
            SidecarError: `DATA_MISSING` when the data are too large to travel; the errors of the
                connection.
        """
        if not isinstance(request, TASK_REQUESTS):
            return request
        source = request.task.source
        if roots.allows(source) and has_data(source):
            return request
        packs = self._ask()
        if packs is None:
            return request
        for pack in packs:
            if pack.url is not None:
                roots.check_data(pack.url)
        place = self._fetch(packs, request.task.name, step)
        return with_source(request, _moved(source, place))

    def _ask(self) -> list[values.Pack] | None:
        try:
            return self._asks.data().result(_ANSWER_SECONDS)
        except FutureTimeoutError as error:
            raise SidecarError(
                "STORE_UNREACHABLE",
                f"the controller has not answered for {_ANSWER_SECONDS:.0f} s about the data of "
                "this task; check the network, then resume",
            ) from error

    def _fetch(self, packs: list[values.Pack], task: str, step: Callable[[], None]) -> Path:
        """Returns the folder of the files of packs, which appears whole or not at all."""
        digests = " ".join(pack.digest for pack in packs)
        place = self.folder / hashlib.sha256(digests.encode()).hexdigest()
        if not place.exists():
            unfinished = place.with_name(f"{place.name}.{os.getpid()}.tmp")
            shutil.rmtree(unfinished, ignore_errors=True)
            try:
                unfinished.mkdir(parents=True)
                for pack in packs:
                    self._unpack(pack, unfinished, task, step)
                with contextlib.suppress(OSError):  # Another process was first.
                    unfinished.rename(place)
            except OSError as error:
                raise SidecarError(
                    "DATA_MISSING",
                    f"cannot write the data of {task} to {place}: {error.strerror}; free space "
                    "there, or name another folder in MU2NET_CACHE",
                ) from error
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
        os.utime(place)
        self._evict(keep=place)
        return place

    def _unpack(self, pack: values.Pack, folder: Path, task: str, step: Callable[[], None]) -> None:
        told = time.monotonic()
        log.info("fetches the data of %s: %s MiB", task, int(pack.bytes) >> 20)

        def progress(done: int, total: int) -> None:
            nonlocal told
            step()
            if time.monotonic() - told > _TELL_SECONDS:
                told = time.monotonic()
                log.info("fetches the data of %s: %d of %d MiB", task, done >> 20, total >> 20)

        cache = default_cache()
        objects: Pieces
        if pack.url is None:
            reader = PartReader(f"the data of {task}", self._asks.read_data)
            objects = _TravellingPieces(reader, cache)
        else:
            objects = _PublishedPieces(open_objects(pack.url, cache, None))
        unpack(pack.digest, objects, folder, self._limit, progress)

    def _evict(self, keep: Path) -> None:
        """Removes the data that were used least recently, until the rest is within the limit."""
        entries = sorted(
            (each.stat().st_mtime_ns, each, _size_of(each))
            for each in self.folder.iterdir()
            if each.suffix != ".tmp"
        )
        excess = sum(size for _, _, size in entries) - self._limit
        for _, place, size in entries:
            if excess > 0 and place != keep:
                shutil.rmtree(place, ignore_errors=True)
                excess -= size


class _TravellingPieces:
    """The pieces of data that travel; those that came stay in the cache until it is full."""

    def __init__(self, reader: PartReader, cache: Cache) -> None:
        self._reader = reader
        self._cache = cache

    def fetch(self, digest: str) -> bytes:
        cached = self._cache.read(digest)
        if cached is not None:
            return bytes(cached)
        data = self._reader.fetch(digest)
        self._cache.add(digest, data)
        return data


class _PublishedPieces:
    """The pieces of published data; those that were read stay in the cache until it is full."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def fetch(self, digest: str) -> bytes:
        return bytes(self._objects.read(digest))


def _moved(source: values.Source, place: Path) -> values.Source:
    """Returns a source whose files lie in a folder, under the paths that a pack gives them."""
    match source:
        case values.DigitsSource():
            return source
        case values.TfdsSource():
            return msgspec.structs.replace(source, directory=str(place))
        case values.IdxSource(files):
            return values.IdxSource(
                {
                    split: values.IdxFiles(
                        str(place / split / "images" / Path(each.images).name),
                        str(place / split / "labels" / Path(each.labels).name),
                    )
                    for split, each in files.items()
                }
            )
        case _:
            return msgspec.structs.replace(source, path=str(place / Path(source.path).name))


def _size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
