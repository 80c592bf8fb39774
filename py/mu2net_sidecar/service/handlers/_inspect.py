"""Inspects the data of a task."""

from __future__ import annotations

from mu2net_sidecar.service.handlers._resources import Resources
from mu2net_sidecar.wire import requests


def inspect(request: requests.InspectRequest, resources: Resources) -> requests.InspectResult:
    """Opens and checks the data of a task, and counts its classes and examples.

    Raises:
        SidecarError: the data are missing or corrupt.
    """
    dataset = resources.open(request.task)
    return requests.InspectResult(
        num_classes=dataset.num_classes,
        class_names=dataset.class_names,
        train=len(dataset.train),
        validation=len(dataset.validation),
        test=len(dataset.test),
    )
