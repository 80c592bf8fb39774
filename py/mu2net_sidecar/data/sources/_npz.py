"""NumPy archives: arrays `x_<split>` and `y_<split>`, or `images` and `labels` (split `all`)."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.sources._image_source import BaseSplit, ImageSource, count_classes
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jaxtyping import Integer

    from mu2net_sidecar.data.spec import NpzSource


def open_npz(spec: NpzSource) -> ImageSource:
    """Opens an npz archive; its arrays of labels are read.

    Raises:
        SidecarError: `DATA_MISSING`, `DATA_CORRUPT` or `DATA_LABEL`; the line names the file and
            the array.
    """
    file = spec.path
    arrays = _array_names(file)
    names = {each[2:]: (each, f"y_{each[2:]}") for each in arrays if each.startswith("x_")}
    if "images" in arrays:
        names["all"] = ("images", "labels")
    if not names:
        raise SidecarError(
            "DATA_MISSING",
            f"{file} has the arrays {', '.join(arrays) or '(none)'}; "
            "name them x_<split> and y_<split>, or images and labels",
        )
    labels = {split: _read_labels(file, name) for split, (_, name) in names.items()}
    return ImageSource(
        count_classes(labels.values()),
        {
            split: BaseSplit(
                len(labels[split]),
                partial(_read, file, each, labels[split]),
                partial(_locate, file, each[1]),
            )
            for split, each in names.items()
        },
    )


def _read(file: Path, names: tuple[str, str], labels: Integer[np.ndarray, " n"]) -> ImageSet:
    images_name, labels_name = names
    pixels = _read_array(file, images_name)
    if (
        pixels.dtype != np.uint8
        or pixels.ndim not in (3, 4)
        or (pixels.ndim == 4 and pixels.shape[3] not in (1, 3))
    ):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{file}: {images_name} is {pixels.dtype} of shape {pixels.shape}; "
            "store uint8 pixels of shape (n, height, width), (n, height, width, 1) or "
            "(n, height, width, 3)",
        )
    if len(pixels) != len(labels):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{file}: {labels_name} has {len(labels)} labels for the {len(pixels)} images of "
            f"{images_name}; store one label per image",
        )
    return ImageSet.from_array(pixels if pixels.ndim == 4 else pixels[..., None], labels)


def _locate(file: Path, labels: str, position: int) -> str:
    return f"{file}: {labels}"


def _read_labels(file: Path, name: str) -> Integer[np.ndarray, " n"]:
    labels = _read_array(file, name)
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
            f"{file}: {name}: label {labels[huge[0]]} of example {huge[0]} is not a class; "
            "number the classes from 0",
        )
    return labels


def _array_names(file: Path) -> list[str]:
    with _open_archive(file) as archive:
        return archive.files


def _read_array(file: Path, name: str) -> np.ndarray:
    with _open_archive(file) as archive:
        if name not in archive.files:
            raise SidecarError(
                "DATA_MISSING", f"{file} has no array '{name}'; store it beside the others"
            )
        return archive[name]


@contextmanager
def _open_archive(file: Path) -> Iterator[np.lib.npyio.NpzFile]:
    """Opens an archive; failures of reading, also in the body, become errors of the file."""
    try:
        # NumPy leaves a file open that it cannot read, so it is opened here.
        with file.open("rb") as stream:
            archive = np.load(stream, allow_pickle=False)
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
