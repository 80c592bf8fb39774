"""`python -m mu2net_sidecar prepare`: makes data of TensorFlow Datasets ready to train on."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.wire.values import TfdsKey, TfdsSource

_INTERRUPTED = 130
"""Exit status of what a signal ended, as of a shell."""


def main(arguments: Sequence[str]) -> int:
    """Prepares what the command line says; returns the exit status.

    With `--json` each line of the standard output is an object: `{"stage": "prepare", "what"}`,
    `{"stage", "what", "done", "total"}` after some hundred examples of a split, where the stage is
    `"decode"`, or `"check"` of images that are kept as files, and then `"label"`; in the end
    `{"stage": "ready", "numClasses", "examples"}` or `{"stage": "failed", "code", "message"}`.
    SIGINT and SIGTERM end it, and what is not whole is removed.
    """
    parser = argparse.ArgumentParser(
        prog="python -m mu2net_sidecar prepare",
        description="Prepares a data set with TensorFlow Datasets and decodes its images, once; "
        "images too large for that are checked, and decoded whenever they are trained on.",
    )
    parser.add_argument("dataset", help="name:version, or a source as JSON of the protocol")
    parser.add_argument(
        "--directory",
        type=Path,
        default=Path.home() / "tensorflow_datasets",
        help="where prepared data sets are kept (default: %(default)s)",
    )
    parser.add_argument(
        "--decoded-limit",
        type=float,
        default=50.0,
        metavar="GB",
        help="what the images may fill decoded (default: %(default)g), never more than half of the "
        "room on the disk; results are the same either way",
    )
    parser.add_argument(
        "--builder",
        type=Path,
        help="a data-set builder of your own: its .py file, or its folder as `tfds new` makes it",
    )
    parser.add_argument("--json", action="store_true", help="tell the progress as JSON lines")
    options = parser.parse_args(arguments)
    try:
        source = _source(options.dataset, options.directory)
    except msgspec.ValidationError as error:
        parser.error(f"the source will not do: {error}")
    # Imported only when there is work to do.
    from mu2net_sidecar.data import prepare_source
    from mu2net_sidecar.service.translate import tfds_source_of

    def tell(stage: str, what: str, done: int | None, total: int | None) -> None:
        if options.json:
            _print({"stage": stage, "what": what, "done": done, "total": total})
        else:
            print(f"{stage} {what}" + ("" if done is None else f": {done} of {total}"), flush=True)

    try:
        with _ended_by_signals():
            ready = prepare_source(
                tfds_source_of(source), tell, options.decoded_limit * 1e9, options.builder
            )
        examples = {name: len(ready.images(name)) for name in ready.base_splits}
    except SidecarError as error:
        if options.json:
            _print({"stage": "failed", "code": error.code, "message": error.message})
        else:
            print(error.message, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    if options.json:
        _print({"stage": "ready", "numClasses": ready.num_classes, "examples": examples})
    else:
        counts = ", ".join(f"{name} {count}" for name, count in examples.items())
        print(f"ready: {ready.num_classes} classes, {counts}")
    return 0


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """The first SIGINT or SIGTERM is a KeyboardInterrupt; further ones leave the tidying alone."""

    def interrupt(*_: object) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    signals = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, interrupt) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _source(dataset: str, directory: Path) -> TfdsSource:
    """Returns the source that the command line names, `name:version` or JSON of the protocol."""
    if dataset.startswith("{"):
        return msgspec.json.decode(dataset, type=TfdsSource)
    name, _, version = dataset.partition(":")
    return TfdsSource(
        directory=str(directory),
        name=name,
        version=version or "*.*.*",
        others=[],
        image="image",
        label=TfdsKey("label"),
    )


def _print(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)
