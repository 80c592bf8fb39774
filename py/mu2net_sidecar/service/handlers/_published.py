"""Reads systems that the papers' notebooks saved."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import msgspec

from mu2net_sidecar.checkpoint import read_published
from mu2net_sidecar.service.handlers._caller import Caller, report_bytes
from mu2net_sidecar.service.translate import trained_component_of
from mu2net_sidecar.store import Store
from mu2net_sidecar.wire import requests


def import_published(
    request: requests.PublishedRequest, store: Store, caller: Caller
) -> requests.PublishedResult:
    """Stores the components of a system, and returns its tables.

    Raises:
        SidecarError: the files are missing or damaged.
        Cancelled: the caller has cancelled the request.
    """
    system = read_published(Path(request.directory), request.agent)
    components = [
        requests.PublishedComponent(
            **msgspec.structs.asdict(
                trained_component_of(each.name, each.params, each.trace, store)
            ),
            id=each.id,
        )
        for each in system.read_components(partial(report_bytes, caller))
    ]
    states = [
        requests.PublishedState(str(state.config), state.agent, state.living, state.sampled)
        for state in system.states
    ]
    return requests.PublishedResult(system.agents, states, system.names, components)
