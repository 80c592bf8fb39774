"""Labels on disk: a folder with `<split>.npy`, int32 (n), for each base split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mu2net_sidecar.data.cache._manifest import Manifest, write_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from jaxtyping import Int32


def write_labels(
    folder: Path,
    facts: Mapping[str, Any],
    num_classes: int | None,
    splits: Mapping[str, Iterable[int]],
) -> None:
    """Writes the labels of all base splits to a new folder.

    Args:
        folder: The folder to create.
        facts: Facts for the manifest; `numClasses` is added to them.
        num_classes: Number of classes; None for one more than the largest label.
        splits: Labels of each base split, in order.

    Raises:
        SidecarError: Any error of taking the labels; `DATA_MISSING` when the folder cannot be
            written.
    """

    def fill(unfinished: Path) -> Mapping[str, Any]:
        largest = -1
        for name, labels in splits.items():
            array = np.fromiter(labels, np.int32)
            np.save(unfinished / f"{name}.npy", array)
            largest = max(largest, int(array.max(initial=-1)))
        return {**facts, "numClasses": largest + 1 if num_classes is None else num_classes}

    write_folder(folder, fill)


def open_labels(manifest: Manifest, split: str) -> Int32[np.ndarray, " n"]:
    """Returns the labels of a base split.

    Raises:
        SidecarError: `DATA_CORRUPT` when the folder disagrees with its manifest.
    """
    return np.load(manifest.files[f"{split}.npy"].checked)
