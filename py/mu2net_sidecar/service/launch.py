"""Starts worker processes for the controller."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def launch(arguments: Sequence[str], log: str, environment: Mapping[str, str]) -> int:
    """Starts `python -m mu2net_sidecar` with `arguments`, in a session of its own.

    Args:
        arguments: of the command line.
        log: file to which its output is appended.
        environment: variables to set besides those of this process.

    Returns:
        The id of the process, which lives on when this one ends.
    """
    with Path(log).open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "mu2net_sidecar", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # The channel of the bridge is closed to the worker.
            env={
                **{key: value for key, value in os.environ.items() if key != "NODE_CHANNEL_FD"},
                **environment,
            },
        )
    return process.pid
