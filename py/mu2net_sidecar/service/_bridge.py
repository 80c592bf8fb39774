"""The functions that the controller calls over the bridge: JSON in, JSON out, no exception."""

from __future__ import annotations

import json
from collections.abc import Callable

from mu2net_sidecar.service._launch import launch_worker
from mu2net_sidecar.service._probe import list_devices, probe_interpreter

FUNCTIONS: dict[str, Callable[..., object]] = {
    "devices": list_devices,
    "probe": probe_interpreter,
    "launch": launch_worker,
}


def answer(name: str, arguments: str) -> str:
    """Calls a function with a JSON array of arguments.

    The bridge reserves the name `call` for itself.

    Returns:
        JSON: `{"answer": …}`, or `{"error": …}` with the last line of the error, because the bridge
        would print an exception to the user's terminal.
    """
    try:
        return json.dumps({"answer": FUNCTIONS[name](*json.loads(arguments))})
    except Exception as error:
        return json.dumps({"error": f"{type(error).__name__}: {error}".splitlines()[-1]})
