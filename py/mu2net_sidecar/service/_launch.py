"""Starts worker processes for the controller."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def launch_worker(arguments: Sequence[str], log: str, environment: Mapping[str, str]) -> int:
    """Starts `python -m mu2net_sidecar` in a session of its own.

    Args:
        arguments: Arguments of the command line.
        log: File to which the output is appended.
        environment: Variables to set besides those of this process.

    Returns:
        The id of the process, which lives on when this one ends.
    """
    # The worker must not hold the channel of the bridge.
    inherited = {key: value for key, value in os.environ.items() if key != "NODE_CHANNEL_FD"}
    with Path(log).open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "mu2net_sidecar", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**inherited, **environment},
        )
    return process.pid
