"""Reads one request from the input as JSON, and prints the answer as JSON, line by line."""

from __future__ import annotations

import json
import sys

from mu2net_sidecar.errors import SidecarError


def main() -> int:
    """Executes the request; returns the exit status."""
    request = json.loads(sys.stdin.readline())
    try:
        try:
            from mu2net_sidecar.launch._cluster import execute
        except ImportError as error:
            raise SidecarError(
                "LAUNCHER_MISSING",
                f"{sys.executable} cannot import Ray ({error}); run 'npx mu2net setup --extras "
                "ray', or set python to one that has the Ray of the cluster",
            ) from error
        for answer in execute(request):
            print(json.dumps(answer), flush=True)
    except SidecarError as error:
        print(json.dumps({"error": {"code": error.code, "message": error.message}}), flush=True)
        return 1
    return 0


sys.exit(main())
