"""Downloads and prepares a data set with TensorFlow Datasets."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from typing import TYPE_CHECKING

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.optional import import_optional, install_advice

if TYPE_CHECKING:
    from pathlib import Path

    from mu2net_sidecar.data.spec import TfdsDataset

_EXTRA = "tfds"
_DISTRIBUTIONS = ("tensorflow-datasets", "tensorflow", "importlib-resources", "google-crc32c")


def build_dataset(dataset: TfdsDataset, directory: Path, builder: Path | None) -> None:
    """Prepares a data set in `<directory>/<name>/<version>`.

    This needs TensorFlow Datasets, and TensorFlow unless a builder is given that works without.

    Args:
        dataset: The data set.
        directory: Folder of all prepared data sets.
        builder: File of a data-set builder that TensorFlow Datasets does not bring, or its folder
            as `tfds new` makes it.

    Raises:
        SidecarError: `DATA_MISSING` when a package is missing or the data set cannot be prepared.
    """
    tfds = import_optional("tensorflow_datasets", _EXTRA, *_DISTRIBUTIONS)
    if builder is None:
        # The builders of TensorFlow Datasets need TensorFlow: say so before they download.
        import_optional("tensorflow", _EXTRA, *_DISTRIBUTIONS)
    title = f"{dataset.name}:{dataset.version}"
    has_array_record = importlib.util.find_spec("array_record") is not None
    file_format = "array_record" if has_array_record else "tfrecord"
    try:
        # Standard output is for results; what a builder prints goes to standard error.
        with contextlib.redirect_stdout(sys.stderr):
            if builder is not None:
                _register(builder.resolve())
            tfds.builder(title, data_dir=str(directory)).download_and_prepare(
                file_format=file_format
            )
    # A builder may raise anything.
    except Exception as error:
        raise SidecarError(
            "DATA_MISSING",
            f"TensorFlow Datasets cannot prepare {title} in {directory}: {_reason(error)}",
        ) from error


def _register(builder: Path) -> None:
    """Imports a builder as `tfds build` does; the import makes it known."""
    file = builder / f"{builder.name}_dataset_builder.py" if builder.is_dir() else builder
    if not file.is_file():
        raise FileNotFoundError(f"there is no builder {file}; name its .py file or its folder")
    sys.path.insert(0, str(file.parent.parent))
    importlib.import_module(f"{file.parent.name}.{file.stem}")


def _reason(error: Exception) -> str:
    missing = error.name if isinstance(error, ImportError) else None
    if missing in {distribution.replace("-", "_") for distribution in _DISTRIBUTIONS}:
        return f"it needs {missing}; {install_advice(_EXTRA, *_DISTRIBUTIONS)}"
    lines = filter(None, map(str.strip, str(error).splitlines()))
    return next(lines, type(error).__name__).removesuffix(":")
