"""Writes paths as models of their own."""

from __future__ import annotations

from pathlib import Path

from mu2net_sidecar.checkpoint import export_model
from mu2net_sidecar.service.translate import architecture_of
from mu2net_sidecar.store import Store
from mu2net_sidecar.wire import requests


def export(request: requests.ExportRequest, store: Store) -> requests.ExportResult:
    """Writes a path in the files of another library.

    Raises:
        SidecarError: a stored component is missing, or the folder cannot be written.
    """
    model = {each.name: store.get(each.params_digest) for each in request.components}
    architecture, folder = architecture_of(request.architecture), Path(request.folder)
    return requests.ExportResult(
        export_model(model, architecture, folder, format=request.format, labels=request.labels)
    )
