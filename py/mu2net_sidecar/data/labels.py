"""Labels on disk, checked when they are read: a folder has `<split>.npy` (n) of each base split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mu2net_sidecar.data.manifest import Manifest, write_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def write_labels(
    folder: Path,
    facts: Mapping[str, Any],
    num_classes: int | None,
    splits: Mapping[str, Iterable[int]],
) -> None:
    """Writes the labels of all base splits into a new folder.

    Args:
        folder: Where to.
        facts: What is said of them in the manifest.
        num_classes: Number of classes; None for one more than the largest label.
        splits: The labels of each base split, in order.

    Raises:
        SidecarError: What goes wrong in reading or writing.
    """

    def fill(unfinished: Path) -> Mapping[str, Any]:
        largest = -1
        for name, labels in splits.items():
            array = np.fromiter(labels, np.int32)
            np.save(unfinished / f"{name}.npy", array)
            largest = max(largest, int(array.max(initial=-1)))
        return {**facts, "numClasses": largest + 1 if num_classes is None else num_classes}

    write_folder(folder, fill)


def read_labels(manifest: Manifest, split: str) -> np.ndarray:
    """The labels of a base split, int32 (n).

    Raises:
        SidecarError: `DATA_CORRUPT` when the folder disagrees with its manifest.
    """
    return np.load(manifest.files[f"{split}.npy"].checked)
