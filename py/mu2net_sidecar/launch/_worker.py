"""Runs a worker that ends when the process that started it does, on Linux."""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # It ended before Linux was asked.
        sys.exit()


if __name__ == "__main__":
    if sys.platform == "linux":
        _end_with_parent()
    runpy.run_module("mu2net_sidecar", run_name="__main__", alter_sys=True)
