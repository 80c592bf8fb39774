"""`python -m mu2net_sidecar root`: fetches root models by name, and says what a file contains."""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from mu2net_sidecar.checkpoint import FetchedRoot

_INTERRUPTED = 130
"""Exit status of what a signal ended, as of a shell."""


def main(arguments: Sequence[str]) -> int:
    """Does what the command line says; returns the exit status.

    Each line of the standard output is an object with a `stage`: `"fetch"` with the bytes `done`
    and `total` (0 if unknown), in the end `"ready"` with the `answer`, or `"failed"` with `code`
    and `message`. SIGINT and SIGTERM end it; what arrived of a download stays.
    """
    parser = argparse.ArgumentParser(
        prog="python -m mu2net_sidecar root",
        description="Fetches root models by name, and says what a file contains.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    fetch = commands.add_parser("fetch", help="download a root into the user's cache")
    fetch.add_argument("name")
    fetch.add_argument("--sha256")
    commands.add_parser("show", help="say what a root on this machine is").add_argument("source")
    commands.add_parser("list", help="list the roots that were fetched")
    remote = commands.add_parser("remote", help="list roots that a server has")
    remote.add_argument("server", choices=("augreg", "timm"))
    remote.add_argument("text", nargs="?", default="")
    options = parser.parse_args(arguments)
    from mu2net_sidecar.checkpoint import list_fetched

    work: dict[str, Callable[[], object]] = {
        "fetch": lambda: _fetch(options.name, options.sha256),
        "show": lambda: _show(options.source),
        "list": lambda: [_fetched(*each) for each in list_fetched()],
        "remote": lambda: _list_remote(options.server, options.text),
    }
    try:
        with _ended_by_signals():
            answer = work[options.command]()
    except SidecarError as error:
        _print({"stage": "failed", "code": error.code, "message": error.message})
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    _print({"stage": "ready", "answer": answer})
    return 0


def _fetch(text: str, sha256: str | None) -> object:
    from mu2net_sidecar.checkpoint import fetch_named_root

    last = -1

    def tell(done: int, total: int) -> None:
        nonlocal last
        # A line for each MiB is enough.
        if done >> 20 != last or done == total:
            last = done >> 20
            _print({"stage": "fetch", "done": done, "total": total})

    return _fetched(*fetch_named_root(text, sha256, tell))


def _fetched(path: Path, root: FetchedRoot) -> object:
    return {**msgspec.to_builtins(root), "path": str(path)}


def _show(source: str) -> object:
    from mu2net_sidecar.checkpoint import locate_root, survey_root

    place = locate_root(source)
    if not isinstance(place, str):
        return _fetched(*place)
    # A name, or a URL, of what is not on this machine.
    if ":" in place and not Path(place).exists():
        return {"name": place, "path": None}
    survey, sha256 = survey_root(place)
    return {
        "path": place,
        "layout": survey.layout,
        "architecture": survey.architecture,
        "description": survey.description,
        "imageSize": survey.image_size,
        "layers": survey.layers,
        "parameterCount": survey.parameter_count,
        "sha256": sha256,
        "bytes": Path(place).stat().st_size,
    }


def _list_remote(server: str, text: str) -> object:
    from mu2net_sidecar.checkpoint import list_timm_roots, read_augreg_index

    if server == "timm":
        return [{"name": f"timm:{each}"} for each in list_timm_roots(text)]
    # The index has a row for each data set that a checkpoint was fine-tuned on.
    rows = csv.DictReader(read_augreg_index().splitlines())
    files = {row["filename"]: row for row in rows if "/" in row["name"]}
    return [
        {"name": f"augreg:{file}", "architecture": row["name"]}
        for file, row in sorted(files.items())
        # The others are hybrids, which begin with a ResNet.
        if not row["name"].startswith("R") and text in file
    ]


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _print(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)
