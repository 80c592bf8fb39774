"""Which data this machine has: prepared data sets are found by their names, wherever they lie."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from mu2net_sidecar.data import find_prepared, list_prepared
from mu2net_sidecar.service._roots import Roots, places_of
from mu2net_sidecar.wire import messages, requests, values

TASK_REQUESTS = (
    requests.InspectRequest,
    requests.TrainRequest,
    requests.EvaluateRequest,
    requests.ExamineRequest,
    requests.BaselineRequest,
)
"""Requests about the data of one task."""

_R = TypeVar("_R", bound=requests.Request)


def offers_of(roots: Roots, *, fetches: bool = False) -> messages.Offers:
    """Returns what a worker tells of the data in its roots."""
    prepared = [
        messages.PreparedDataset(dataset.name, dataset.version)
        for root in _folders_of(roots)
        for dataset in list_prepared(root)
    ]
    return messages.Offers(list(roots.data), prepared, fetches)


def use_own_data(request: _R, roots: Roots) -> _R:
    """Returns the request with the place of its prepared data set in a root of this machine.

    A request stays as it is if its data are where it says, or are not prepared here either.
    """
    if not isinstance(request, TASK_REQUESTS):
        return request
    source = request.task.source
    if not isinstance(source, values.TfdsSource):
        return request
    if roots.allows(source) and _has(Path(source.directory), source):
        return request
    for root in _folders_of(roots):
        if _has(root, source):
            return with_source(request, msgspec.structs.replace(source, directory=str(root)))
    return request


def has_data(source: values.Source) -> bool:
    """Returns whether the files and folders of a source are on this machine, or at a URL."""
    if isinstance(source, values.TfdsSource):
        return _has(Path(source.directory), source)
    return all("://" in place or Path(place).exists() for place in places_of(source))


def with_source(request: _R, source: values.Source) -> _R:
    """Returns the request with another source of its task."""
    assert isinstance(request, TASK_REQUESTS)
    task = msgspec.structs.replace(request.task, source=source)
    return msgspec.structs.replace(request, task=task)


def _has(directory: Path, source: values.TfdsSource) -> bool:
    datasets = (values.TfdsDataset(source.name, source.version), *source.others)
    return all(find_prepared(directory, each.name, each.version) for each in datasets)


def _folders_of(roots: Roots) -> list[Path]:
    return [Path(root) for root in roots.data if "://" not in root and Path(root).is_dir()]
