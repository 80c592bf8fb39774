"""Folders of images, one folder per class.

Class folders lie in split folders (`train`, `validation`, `val`, `test`), which are then the base
splits, or directly under the root, which is then one base split `all`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mu2net_sidecar.data.decode import EXTENSIONS, decode
from mu2net_sidecar.data.image_files import image_set
from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.source import BaseSplit, Source
from mu2net_sidecar.errors import SidecarError

SPLIT_FOLDERS = ("train", "validation", "val", "test")


@dataclass(frozen=True)
class _Example:
    file: Path
    label: int


def open_source(source: Mapping[str, Any]) -> Source:
    """Open `{"path": root}`.

    The classes are the sorted names of the class folders, the same for all base splits. Examples
    are in the order of the sha256 of their path relative to the root, so that slices mix classes.

    Raises:
        SidecarError: `DATA_MISSING` when the root or its class folders do not exist, or when a
            class has no images to learn from; the line names the folder.
    """
    root = Path(source["path"])
    splits = _split_folders(root)
    files = {split: _class_files(folder) for split, folder in splits.items()}
    classes = sorted({name for by_class in files.values() for name in by_class})
    if not classes:
        raise SidecarError(
            "DATA_MISSING",
            f"{root} has no class folders; put the images of each class in a folder of its name",
        )
    learnt = "train" if "train" in splits else next(iter(splits))
    for name in classes:
        if not files[learnt].get(name):
            raise SidecarError(
                "DATA_MISSING",
                f"class '{name}' has no images in {splits[learnt] / name}; "
                "add some, or remove the folders of the class",
            )
    examples = {
        split: _in_order(root, {classes.index(name): found for name, found in by_class.items()})
        for split, by_class in files.items()
    }
    return Source(
        len(classes),
        {
            split: BaseSplit(partial(_read, found), partial(_locate, found))
            for split, found in examples.items()
        },
        classes,
    )


def _split_folders(root: Path) -> dict[str, Path]:
    names = [folder.name for folder in _folders(root)]
    splits = {
        name: root / name for name in SPLIT_FOLDERS if name in names and _folders(root / name)
    }
    return splits or {"all": root}


def _folders(folder: Path) -> list[Path]:
    try:
        return [entry for entry in folder.iterdir() if entry.is_dir() and _is_visible(entry.name)]
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING",
            f"cannot read the folder {folder}: {error.strerror}; correct the path of the task",
        ) from error


def _class_files(folder: Path) -> dict[str, list[Path]]:
    return {entry.name: _image_files(entry) for entry in _folders(folder)}


def _image_files(folder: Path) -> list[Path]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = filter(_is_visible, folders)
        found += [
            Path(parent, name)
            for name in names
            if _is_visible(name) and Path(name).suffix.lower() in EXTENSIONS
        ]
    return found


def _is_visible(name: str) -> bool:
    return not name.startswith(".")


def _in_order(root: Path, files: Mapping[int, list[Path]]) -> list[_Example]:
    examples = [_Example(file, label) for label, found in files.items() for file in found]
    return sorted(examples, key=lambda example: _order(example.file.relative_to(root)))


def _order(path: Path) -> str:
    return hashlib.sha256(path.as_posix().encode("utf-8", "surrogateescape")).hexdigest()


def _locate(examples: list[_Example], position: int) -> str:
    return str(examples[position].file)


def _read(examples: list[_Example]) -> ImageSet:
    return image_set(
        [example.file for example in examples],
        decode,
        np.array([example.label for example in examples], np.int32),
        partial(_locate, examples),
    )
