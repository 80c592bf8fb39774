"""NumPy archives: arrays `x_<split>` and `y_<split>`, or `images` and `labels` (split `all`)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.labels import (
    check_split_name,
    count_classes,
    is_class,
    shorten,
    wrong_label,
)
from mu2net_sidecar.data.sources._image_source import BaseSplit, ImageSource
from mu2net_sidecar.data.sources._npz_archive import open_archive
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import Integer

    from mu2net_sidecar.data.spec import NpzSource


def open_npz(spec: NpzSource) -> ImageSource:
    """Opens an npz archive; its arrays of labels are read.

    Raises:
        SidecarError: `DATA_MISSING`, `DATA_CORRUPT`, `DATA_EMPTY` or `DATA_LABEL`; the line names
            the file and the array.
    """
    file = spec.path
    with open_archive(file) as archive:
        arrays = archive.names
    names = {
        check_split_name(each[2:], str(file)): (each, f"y_{each[2:]}")
        for each in arrays
        if each.startswith("x_")
    }
    if "images" in arrays:
        names["all"] = ("images", "labels")
    if not names:
        raise SidecarError(
            "DATA_MISSING",
            f"{file} has the arrays {shorten(arrays) or '(none)'}; "
            "name them x_<split> and y_<split>, or images and labels",
        )
    labels = {split: _read_labels(file, name) for split, (_, name) in names.items()}
    return ImageSource(
        count_classes(labels.values(), str(file)),
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
    with open_archive(file) as archive:
        pixels = archive.read(images_name)
    if (
        pixels.dtype != np.uint8
        or pixels.ndim not in (3, 4)
        or (pixels.ndim == 4 and pixels.shape[3] not in (1, 3))
        or 0 in pixels.shape[1:]
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
    with open_archive(file) as archive:
        labels = archive.read(name)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{file}: {name} is {labels.dtype} of shape {labels.shape}; "
            "store one integer label per image",
        )
    for extreme in {int(labels.argmax()), int(labels.argmin())} if labels.size else ():
        if not is_class(int(labels[extreme])):
            raise wrong_label(f"{file}: example {extreme} of {name}", labels[extreme])
    return labels
