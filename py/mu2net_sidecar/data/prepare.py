"""Prepares the data sets of a source with TensorFlow Datasets, and writes their images."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mu2net_sidecar.data.extra import install_command, package
from mu2net_sidecar.data.prepared import find_prepared
from mu2net_sidecar.data.shards import DECODED_BYTES
from mu2net_sidecar.data.source import Source
from mu2net_sidecar.data.sources.tfds import datasets_of, open_or_write
from mu2net_sidecar.errors import SidecarError

_DISTRIBUTIONS = ("tensorflow-datasets", "tensorflow", "importlib-resources", "google-crc32c")

Stage = Callable[[str, str, int | None, int | None], None]
"""Takes what is done ('prepare', 'decode', 'check' or 'label'), with what, and how many of how many
examples."""


def prepare(
    source: Mapping[str, Any],
    tell: Stage,
    decoded_bytes: float = DECODED_BYTES,
    builder: Path | None = None,
) -> Source:
    """Makes a `tfds` source ready to be opened; what is there already is not made again.

    Only what is not prepared yet needs TensorFlow Datasets, and as a rule TensorFlow.

    Args:
        source: Its wire form.
        tell: Told of the progress.
        decoded_bytes: What the images of a data set may fill decoded.
        builder: File of a data-set builder that TensorFlow Datasets does not bring, or its folder
            as `tfds new` makes it.

    Raises:
        SidecarError: `DATA_MISSING` when a package or a data set cannot be had, `DATA_CORRUPT` or
            `IMAGE_UNDECODABLE` when it is damaged.
    """
    for name, version, directory in datasets_of(source):
        if find_prepared(directory, name, version) is None:
            tell("prepare", f"{name}:{version}", None, None)
            _download_and_prepare(name, version, str(directory), builder)
    return open_or_write(source, tell, decoded_bytes)


def _download_and_prepare(name: str, version: str, directory: str, builder: Path | None) -> None:
    tfds = package("tensorflow_datasets", *_DISTRIBUTIONS)
    if builder is None:
        # Its builders use TensorFlow, which had better be known to be there before they download.
        package("tensorflow", *_DISTRIBUTIONS)
    has_array_record = importlib.util.find_spec("array_record") is not None
    file_format = "array_record" if has_array_record else "tfrecord"
    try:
        # What it prints is no result.
        with contextlib.redirect_stdout(sys.stderr):
            if builder is not None:
                _register(builder.resolve())
            found = tfds.builder(f"{name}:{version}", data_dir=directory)
            found.download_and_prepare(file_format=file_format)
    # Whatever a builder raises.
    except Exception as error:
        reason = _reason(error)
        raise SidecarError(
            "DATA_MISSING",
            f"TensorFlow Datasets cannot prepare {name}:{version} in {directory}: {reason}",
        ) from error


def _register(builder: Path) -> None:
    """Imports a builder, which makes it known, the way that `tfds build` does."""
    file = builder / f"{builder.name}_dataset_builder.py" if builder.is_dir() else builder
    if not file.is_file():
        raise FileNotFoundError(f"there is no builder {file}; name its .py file or its folder")
    sys.path.insert(0, str(file.parent.parent))
    importlib.import_module(f"{file.parent.name}.{file.stem}")


def _reason(error: Exception) -> str:
    needed = error.name if isinstance(error, ImportError) else None
    if needed in {distribution.replace("-", "_") for distribution in _DISTRIBUTIONS}:
        return f"it needs {needed} for that; install it: {install_command(*_DISTRIBUTIONS)}"
    lines = filter(None, map(str.strip, str(error).splitlines()))
    return next(lines, type(error).__name__).removesuffix(":")
