"""Where a worker reads and writes, whatever a controller asks for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.wire import requests, values


@dataclass(frozen=True)
class Roots:
    """The places that a worker uses: folders, or URLs with all that is below them.

    Attributes:
        stores: Where stores may be; empty: anywhere.
        data: Where data, images and checkpoints may be; empty: anywhere.
        relays: Whether folders of stores are on another machine, so that no root is about them.
    """

    stores: Sequence[str] = ()
    data: Sequence[str] = ()
    relays: bool = False

    def check(self, request: requests.Request) -> None:
        """Refuses a request that names a place outside.

        Raises:
            SidecarError: `STORE_DENIED`, `DATA_MISSING`, or `SIDECAR_FAILED` for an export, which
                writes outside the store.
        """
        if not self.stores and not self.data:
            return
        if isinstance(request, requests.ExportRequest | requests.PretrainRequest):
            raise SidecarError(
                "SIDECAR_FAILED",
                "this worker exports and pretrains nothing, because it was started with "
                "--store-root or --data-root; use a worker of your own machine",
            )
        for store in _stores_of(request):
            is_here = "://" in store or not self.relays
            if is_here and self.stores and not _is_below(store, self.stores):
                raise _refusal("STORE_DENIED", store, "--store-root", self.stores)
        for place in _data_of(request):
            self.check_data(place)

    def check_data(self, place: str) -> None:
        """Refuses a place of data outside.

        Raises:
            SidecarError: `DATA_MISSING`.
        """
        if self.data and not _is_below(place, self.data):
            raise _refusal("DATA_MISSING", place, "--data-root", self.data)

    def with_data(self, folder: str) -> Roots:
        """Returns these roots with another folder of data."""
        return replace(self, data=[*self.data, folder]) if self.data else self

    def allows(self, source: values.Source) -> bool:
        """Returns whether the places of a source may be read."""
        return not self.data or all(_is_below(each, self.data) for each in places_of(source))


ANYWHERE = Roots()
"""A worker that its controller started uses what that one asks for."""


def _refusal(code: str, place: str, option: str, roots: Sequence[str]) -> SidecarError:
    return SidecarError(
        code,
        f"{place}: this worker uses only what is in {', '.join(roots)} ({option}); use a place "
        "there, or start the worker with another root",
    )


def _stores_of(request: requests.Request) -> Iterator[str]:
    match request:
        case requests.CopyRequest(store, from_):
            yield from (store, from_)
        case requests.InspectRequest() | requests.FlopsRequest() | requests.PretrainRequest():
            return
        case _:
            yield request.store


def _data_of(request: requests.Request) -> Iterator[str]:
    match request:
        case (
            requests.InspectRequest()
            | requests.TrainRequest()
            | requests.EvaluateRequest()
            | requests.ExamineRequest()
            | requests.BaselineRequest()
        ):
            yield from places_of(request.task.source)
        case requests.PredictRequest():
            yield from request.images
        case requests.ImportRequest():
            yield request.source
        case requests.PublishedRequest():
            yield request.directory


def places_of(source: values.Source) -> Iterator[str]:
    """Yields the files and folders that a source names."""
    match source:
        case values.DigitsSource():
            return
        case values.IdxSource(files):
            for each in files.values():
                yield from (each.images, each.labels)
        case values.TfdsSource(directory, name, version, others):
            for dataset in (values.TfdsDataset(name, version), *others):
                yield f"{directory}/{dataset.name}/{dataset.version}"
        case _:
            yield source.path


def _is_below(place: str, roots: Sequence[str]) -> bool:
    """Whether a place is one of the roots, or below one; links are followed."""
    # A chained URL names several places. The other two lead out of a place that looks inside.
    if "::" in place or ".." in place or "\0" in place:
        return False
    return any(_is_in(place, root) for root in roots)


def _is_in(place: str, root: str) -> bool:
    if _is_url(place) or _is_url(root):
        return place == root or place.startswith(root if root[-1] in "/:" else f"{root}/")
    folder, file = os.path.realpath(root), os.path.realpath(place)
    return os.path.commonpath([folder, file]) == folder


def _is_url(place: str) -> bool:
    return "://" in place or place.startswith(("augreg:", "timm:", "hf:"))
