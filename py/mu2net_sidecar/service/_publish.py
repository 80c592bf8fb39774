"""`python -m mu2net_sidecar publish`: puts data where workers fetch them."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store import Cache, FileToPack, open_objects, pack

_TELL_SECONDS = 0.2
_CACHE_BYTES = 256 << 20


def main(arguments: Sequence[str]) -> int:
    """Publishes the files that the input names; returns the exit status.

    The input is a JSON array of `{"path", "file", "size"}`: the path of a file in the pack, where
    it is on this machine, and its size. Each line of the standard output is an object:
    `{"stage": "publish", "done", "total"}` with bytes, in the end
    `{"stage": "ready", "answer": {"digest", "bytes"}}` or `{"stage": "failed", "code", "message"}`.
    Objects that are already there are not sent again.
    """
    parser = argparse.ArgumentParser(prog="python -m mu2net_sidecar publish")
    parser.add_argument("url", help="a folder or an fsspec URL, such as s3://bucket/data")
    url = parser.parse_args(arguments).url
    files = [
        FileToPack(each["path"], Path(each["file"]), each["size"]) for each in json.load(sys.stdin)
    ]
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > _TELL_SECONDS or done == total:
            told = time.monotonic()
            _print({"stage": "publish", "done": done, "total": total})

    try:
        # A cache of its own, because the data would push weights out of the user's cache.
        with tempfile.TemporaryDirectory() as folder:
            objects = open_objects(url, Cache(Path(folder), _CACHE_BYTES), None)
            digest = pack(files, objects, progress)
    except SidecarError as error:
        _print({"stage": "failed", "code": error.code, "message": error.message})
        return 1
    total = sum(file.size for file in files)
    _print({"stage": "ready", "answer": {"digest": digest, "bytes": total}})
    return 0


def _print(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)
