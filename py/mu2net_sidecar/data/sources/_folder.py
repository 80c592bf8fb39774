"""Image files in one folder per class.

Class folders lie in split folders (`train`, `validation`, `val`, `test`), which become the base
splits, or directly in the root, which becomes one base split `all`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.files import list_folder, walk_files
from mu2net_sidecar.data.images import EXTENSIONS, ImageSet, decode_file, load_image_files
from mu2net_sidecar.data.labels import check_class_count, check_example_count
from mu2net_sidecar.data.sources._image_source import BaseSplit, ImageSource
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from mu2net_sidecar.data.spec import FolderSource

SPLIT_FOLDERS = ("train", "validation", "val", "test")


@dataclass(frozen=True)
class _Example:
    file: Path
    label: int


def open_folder(spec: FolderSource) -> ImageSource:
    """Opens class folders.

    The classes are the sorted names of the class folders, the same for all base splits. Examples
    are in the order of the sha256 of their path relative to the root, so that slices mix classes.

    Raises:
        SidecarError: `DATA_MISSING` when the root or its class folders do not exist, when a folder
            cannot be read, or when a class has no training images; `DATA_LABEL` or `DATA_CORRUPT`
            when there are too many classes or images; the line names the folder.
    """
    root = spec.path
    splits = _split_folders(root)
    files = {split: _class_files(folder) for split, folder in splits.items()}
    classes = sorted({name for by_class in files.values() for name in by_class})
    if not classes:
        raise SidecarError(
            "DATA_MISSING",
            f"{root} has no class folders; put the images of each class in a folder of its name",
        )
    check_class_count(len(classes), str(root))
    train = "train" if "train" in splits else next(iter(splits))
    for name in classes:
        if not files[train].get(name):
            raise SidecarError(
                "DATA_MISSING",
                f"class '{name}' has no images in {splits[train] / name}; "
                "add some, or remove the folders of the class",
            )
    examples = {
        split: _sort(root, {classes.index(name): paths for name, paths in by_class.items()})
        for split, by_class in files.items()
    }
    return ImageSource(
        len(classes),
        {
            split: BaseSplit(len(each), partial(_read, each), partial(_locate, each))
            for split, each in examples.items()
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
    return [
        entry for entry in list_folder(folder) if not entry.name.startswith(".") and entry.is_dir()
    ]


def _class_files(folder: Path) -> dict[str, list[Path]]:
    return {entry.name: _image_files(entry) for entry in _folders(folder)}


def _image_files(folder: Path) -> list[Path]:
    files = []
    for file in walk_files(folder, hidden=False):
        if file.suffix.lower() in EXTENSIONS:
            files.append(file)
            check_example_count(len(files), str(folder))
    return files


def _sort(root: Path, files: Mapping[int, list[Path]]) -> list[_Example]:
    examples = [_Example(file, label) for label, paths in files.items() for file in paths]
    return sorted(examples, key=lambda example: _sort_key(example.file.relative_to(root)))


def _sort_key(path: Path) -> str:
    return hashlib.sha256(path.as_posix().encode("utf-8", "surrogateescape")).hexdigest()


def _locate(examples: list[_Example], position: int) -> str:
    return str(examples[position].file)


def _read(examples: list[_Example]) -> ImageSet:
    return load_image_files(
        [example.file for example in examples],
        decode_file,
        np.array([example.label for example in examples], np.int32),
        partial(_locate, examples),
    )
