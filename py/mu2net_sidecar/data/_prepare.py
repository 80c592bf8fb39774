"""Makes a source of TensorFlow Datasets ready: prepares its data sets and writes their cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mu2net_sidecar.data.cache import DECODED_BYTES
from mu2net_sidecar.data.sources import ImageSource, open_tfds
from mu2net_sidecar.data.tfds import build_dataset, find_prepared

if TYPE_CHECKING:
    from pathlib import Path

    from mu2net_sidecar.data.spec import TfdsSource

StageProgress = Callable[[str, str, int | None, int | None], None]
"""Takes the stage ('prepare', 'decode', 'check' or 'label'), the title of the data, the examples
done, and their total; the last two are None in the stage 'prepare'."""


def prepare_source(
    spec: TfdsSource,
    progress: StageProgress,
    decoded_bytes: float = DECODED_BYTES,
    builder: Path | None = None,
) -> ImageSource:
    """Makes a source ready and opens it; nothing that exists is made again.

    Only data sets that are not prepared yet need TensorFlow Datasets, most of them TensorFlow too.

    Args:
        spec: The source.
        progress: Receives the progress.
        decoded_bytes: Bytes that the decoded images of a data set may fill on disk.
        builder: File of a data-set builder that TensorFlow Datasets does not bring, or its folder
            as `tfds new` makes it.

    Raises:
        SidecarError: `DATA_MISSING` when a package is missing or a data set cannot be prepared;
            `DATA_CORRUPT` or `IMAGE_UNDECODABLE` when a data set is damaged.
    """
    for dataset in spec.datasets:
        if find_prepared(spec.directory, dataset.name, dataset.version) is None:
            progress("prepare", f"{dataset.name}:{dataset.version}", None, None)
            build_dataset(dataset, spec.directory, builder)
    return open_tfds(spec, progress, decoded_bytes)
