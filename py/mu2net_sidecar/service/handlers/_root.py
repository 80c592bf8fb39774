"""Creates root models: of random weights, or from a checkpoint."""

from __future__ import annotations

from functools import partial

from mu2net_sidecar.checkpoint import read_root
from mu2net_sidecar.model import initialise
from mu2net_sidecar.service.handlers._caller import Caller, report_bytes, until_cancelled
from mu2net_sidecar.service.translate import architecture_of, trained_component_of
from mu2net_sidecar.store import Store
from mu2net_sidecar.wire import requests


def initialise_root(
    request: requests.InitialiseRequest, store: Store, caller: Caller
) -> requests.InitialiseResult:
    """Draws and stores the components of a root model.

    Raises:
        Cancelled: the caller has cancelled the request.
    """
    architecture = architecture_of(request.architecture)
    return requests.InitialiseResult(
        [
            trained_component_of(name, initialise(name, architecture, request.seed), None, store)
            for name in until_cancelled(request.components, caller)
        ]
    )


def import_root(
    request: requests.ImportRequest, store: Store, caller: Caller
) -> requests.ImportResult:
    """Reads and stores the components of a root model.

    Raises:
        SidecarError: the checkpoint is missing or does not fit.
        Cancelled: the caller has cancelled the request.
    """
    root = read_root(
        request.source,
        architecture_of(request.architecture),
        depth=request.depth,
        components=request.components,
        sha256=request.sha256,
        on_progress=partial(report_bytes, caller),
    )
    components = [
        trained_component_of(name, params, None, store) for name, params in root.components.items()
    ]
    return requests.ImportResult(components, root.sha256, root.notices)
