"""Prepares the data sets of a source with TensorFlow Datasets, and writes their images."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

from mu2net_sidecar.data.extra import package
from mu2net_sidecar.data.prepared import find_prepared
from mu2net_sidecar.data.shards import DECODED_BYTES
from mu2net_sidecar.data.source import Source
from mu2net_sidecar.data.sources.tfds import datasets_of, open_or_write
from mu2net_sidecar.errors import SidecarError

_DISTRIBUTIONS = ("tensorflow-datasets", "tensorflow", "importlib-resources", "google-crc32c")

Stage = Callable[[str, str, int | None, int | None], None]
"""Takes what is done ('prepare', 'decode', 'check' or 'label'), with what, and how many of how many
examples."""


def prepare(source: Mapping[str, Any], tell: Stage, decoded_bytes: float = DECODED_BYTES) -> Source:
    """Makes a `tfds` source ready to be opened; what is there already is not made again.

    Only what is not prepared yet needs TensorFlow Datasets and TensorFlow.

    Args:
        source: The source.
        tell: Told of progress.
        decoded_bytes: What the images of a data set may fill decoded.

    Raises:
        SidecarError: `DATA_MISSING` when a package or a data set cannot be had, `DATA_CORRUPT` or
            `IMAGE_UNDECODABLE` when it is damaged.
    """
    for name, version, directory in datasets_of(source):
        if find_prepared(directory, name, version) is None:
            tell("prepare", name, None, None)
            _download_and_prepare(name, version, str(directory))
    return open_or_write(source, tell, decoded_bytes)


def _download_and_prepare(name: str, version: str, directory: str) -> None:
    tfds = package("tensorflow_datasets", *_DISTRIBUTIONS)
    # Builders use TensorFlow, and what comes with it.
    package("tensorflow", *_DISTRIBUTIONS)
    has_array_record = importlib.util.find_spec("array_record") is not None
    try:
        builder = tfds.builder(f"{name}:{version}", data_dir=directory)
        builder.download_and_prepare(file_format="array_record" if has_array_record else "tfrecord")
    # Whatever a builder raises.
    except Exception as error:
        reason = next(filter(None, map(str.strip, str(error).splitlines())), type(error).__name__)
        raise SidecarError(
            "DATA_MISSING",
            f"TensorFlow Datasets cannot prepare {name}:{version} in {directory}: {reason}",
        ) from error
