"""Opens or inspects a source of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mu2net_sidecar.data.files import reading
from mu2net_sidecar.data.sources._digits import open_digits
from mu2net_sidecar.data.sources._folder import open_folder
from mu2net_sidecar.data.sources._huggingface import open_huggingface
from mu2net_sidecar.data.sources._idx import open_idx
from mu2net_sidecar.data.sources._npz import open_npz
from mu2net_sidecar.data.sources._parquet import open_parquet
from mu2net_sidecar.data.sources._tfds import inspect_tfds, open_tfds
from mu2net_sidecar.data.sources._webdataset import open_webdataset
from mu2net_sidecar.data.spec import (
    DigitsSource,
    FolderSource,
    HuggingFaceSource,
    IdxSource,
    NpzSource,
    ParquetSource,
    TfdsSource,
    WebDatasetSource,
)

if TYPE_CHECKING:
    from mu2net_sidecar.data.sources._image_source import ImageSource, SourceFacts
    from mu2net_sidecar.data.spec import SourceSpec


def open_source(spec: SourceSpec) -> ImageSource:
    """Opens a source; only its labels are read until the images of a base split are asked for.

    The images of TensorFlow Datasets are written to the cache first, if they are not there yet.

    Raises:
        SidecarError: `DATA_MISSING`, `DATA_CORRUPT`, `DATA_EMPTY`, `DATA_LABEL`, `OUT_OF_MEMORY` or
            `IMAGE_UNDECODABLE`; the line names the file.
    """
    with reading(_title_of(spec)):
        return _open_source(spec)


def inspect_source(spec: SourceSpec) -> SourceFacts:
    """Returns the classes and base splits of a source from labels and headers alone.

    No image is decoded. Damaged images are found when they are opened.

    Raises:
        SidecarError: As `open_source`; the line names the file.
    """
    with reading(_title_of(spec)):
        return inspect_tfds(spec) if isinstance(spec, TfdsSource) else _open_source(spec).facts


def _open_source(spec: SourceSpec) -> ImageSource:
    match spec:
        case DigitsSource():
            return open_digits()
        case FolderSource():
            return open_folder(spec)
        case HuggingFaceSource():
            return open_huggingface(spec)
        case IdxSource():
            return open_idx(spec)
        case NpzSource():
            return open_npz(spec)
        case ParquetSource():
            return open_parquet(spec)
        case TfdsSource():
            return open_tfds(spec)
        case WebDatasetSource():
            return open_webdataset(spec)


def _title_of(spec: SourceSpec) -> str:
    match spec:
        case DigitsSource():
            return "the digits of scikit-learn"
        case IdxSource(files):
            return ", ".join(str(each.labels) for each in files)
        case TfdsSource():
            return str(spec.directory / spec.dataset.name)
        case _:
            return str(spec.path)
