"""NumPy archives: arrays `x_<split>` and `y_<split>`, or `images` and `labels` (split `all`)."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.source import BaseSplit, Source, count_classes
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def open_source(source: Mapping[str, Any]) -> Source:
    """Open `{"path": file}`.

    Raises:
        SidecarError: `DATA_MISSING` or `DATA_CORRUPT`, naming the file and the array.
    """
    file = Path(source["path"])
    arrays = _names(file)
    images = {name.removeprefix("x_"): name for name in arrays if name.startswith("x_")}
    labels = {split: f"y_{split}" for split in images}
    if "images" in arrays:
        images["all"], labels["all"] = "images", "labels"
    if not images:
        raise SidecarError(
            "DATA_MISSING",
            f"{file} has the arrays {', '.join(arrays) or '(none)'}; "
            "name them x_<split> and y_<split>, or images and labels",
        )
    return Source(
        count_classes(_labels(file, name) for name in labels.values()),
        {
            split: BaseSplit(
                partial(_read, file, name, labels[split]), partial(_locate, file, labels[split])
            )
            for split, name in images.items()
        },
    )


def _read(file: Path, images: str, labels: str) -> ImageSet:
    x, y = _array(file, images), _labels(file, labels)
    if x.dtype != np.uint8 or x.ndim not in (3, 4) or (x.ndim == 4 and x.shape[3] not in (1, 3)):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{file}: {images} is {x.dtype} of shape {x.shape}; store uint8 pixels of shape "
            "(n, height, width), (n, height, width, 1) or (n, height, width, 3)",
        )
    if len(x) != len(y):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{file}: {labels} has {len(y)} labels for the {len(x)} images of {images}; "
            "store one label per image",
        )
    return ImageSet.of_one_size(x if x.ndim == 4 else x[..., None], y)


def _locate(file: Path, labels: str, position: int) -> str:
    return f"{file}: {labels}"


def _labels(file: Path, name: str) -> np.ndarray:
    labels = _array(file, name)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{file}: {name} is {labels.dtype} of shape {labels.shape}; "
            "store one integer label per image",
        )
    huge = np.flatnonzero(labels != labels.astype(np.int32))
    if huge.size:
        raise SidecarError(
            "DATA_LABEL",
            f"{file}: {name}: label {labels[huge[0]]} of example {huge[0]} is no class; "
            "number the classes from 0",
        )
    return labels


def _names(file: Path) -> list[str]:
    with _archive(file) as archive:
        return archive.files


def _array(file: Path, name: str) -> np.ndarray:
    with _archive(file) as archive:
        if name not in archive.files:
            raise SidecarError(
                "DATA_MISSING", f"{file} has no array '{name}'; store it beside the others"
            )
        return archive[name]


@contextmanager
def _archive(file: Path) -> Iterator[np.lib.npyio.NpzFile]:
    """The open archive; what goes wrong in reading it is reported as an error of the file."""
    try:
        archive = np.load(file, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ValueError("it holds a single array")
        with archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise SidecarError(
            "DATA_CORRUPT", f"{file} is not a readable npz archive ({error}); write it again"
        ) from error
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING",
            f"cannot read {file}: {error.strerror}; correct the path of the task",
        ) from error
