"""Reads one request from the input as JSON, and tells the progress and the end as JSON lines."""

from __future__ import annotations

import json
import os
import sys

import msgspec

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.records._request import Request
from mu2net_sidecar.records._write import write


def main() -> int:
    """Writes what the request asks for; returns the exit status."""
    # Libraries that write files here have no need to report to anyone.
    os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "WANDB_ERROR_REPORTING": "false"}
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=Request)

    def tell(done: int, total: int) -> None:
        _print({"stage": "write", "done": done, "total": total})

    try:
        files = write(request, tell)
    except SidecarError as error:
        _print({"stage": "failed", "code": error.code, "message": error.message})
        return 1
    _print({"stage": "ready", "answer": [str(file) for file in files]})
    return 0


def _print(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)


sys.exit(main())
