"""Starts worker processes for the controller."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_started: dict[int, subprocess.Popen[bytes]] = {}


def launch(arguments: Sequence[str], log: str) -> int:
    """Starts `python -m mu2net_sidecar` with `arguments`, in a session of its own.

    Args:
        arguments: of the command line.
        log: file to which its output is appended.

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
        )
    _started[process.pid] = process
    return process.pid


def exit_code(pid: int) -> int | None:
    """How a process that `launch` started ended; None while it runs."""
    return _started[pid].poll()
