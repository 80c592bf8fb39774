"""The functions that the controller calls over the bridge: JSON in, JSON out, no exception."""

from __future__ import annotations

import json
from collections.abc import Callable

from mu2net_sidecar.service.launch import launch
from mu2net_sidecar.service.probe import devices, probe

FUNCTIONS: dict[str, Callable[..., object]] = {
    "devices": devices,
    "probe": probe,
    "launch": launch,
}


def answer(name: str, arguments: str) -> str:
    """Answers a call of a function with a JSON array of arguments.

    (`call` would not do for a name: the bridge takes it for itself.)

    Returns:
        JSON: `{"answer": …}`, or `{"error": …}` with the last line of what went wrong. The bridge
        would print an exception to the user's terminal.
    """
    try:
        return json.dumps({"answer": FUNCTIONS[name](*json.loads(arguments))})
    except Exception as error:
        return json.dumps({"error": f"{type(error).__name__}: {error}".splitlines()[-1]})
