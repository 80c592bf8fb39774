"""Tables of Apache Arrow with a column of images and a column of labels.

An image is the bytes of an image file, or a struct whose field `bytes` has them, as Hugging Face
stores images. A label is an integer.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data._interruption import check_interruption
from mu2net_sidecar.data.images import ImageSet, decode_bytes, load_image_files
from mu2net_sidecar.data.labels import (
    check_class_count,
    check_example_count,
    check_split_name,
    count_classes,
    is_class,
    shorten,
    wrong_label,
)
from mu2net_sidecar.data.sources._image_source import BaseSplit, ImageSource
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    import pyarrow as pa
    from jaxtyping import Int32, UInt8

ReadColumn = Callable[[Path, str], "pa.ChunkedArray"]
"""Reads a column of a file; raises `missing_column`, or errors of Arrow or the operating system."""


def open_tables(
    splits: Mapping[str, list[Path]],
    read_column: ReadColumn,
    image: str,
    label: str,
    *,
    title: str,
    class_names: Sequence[str] | None,
) -> ImageSource:
    """Returns a source whose base splits are the rows of files; the labels are read.

    Args:
        splits: The files of each base split.
        read_column: Reads a column of a file.
        image: Column of the images.
        label: Column of the labels.
        title: Name of the data in errors.
        class_names: Names of the classes; None for one class more than the largest label.

    Raises:
        SidecarError: `DATA_MISSING` when a file or column is missing, `DATA_CORRUPT` when it is
            damaged, `DATA_LABEL` when a label is not a class, `DATA_EMPTY` when there are none; the
            line names the file.
    """
    labels = {
        check_split_name(name, title): np.concatenate(
            [np.empty(0, np.int32), *(_read_labels(f, read_column, label) for f in files)]
        )
        for name, files in splits.items()
    }
    if class_names is None:
        num_classes = count_classes(labels.values(), title)
    else:
        num_classes = check_class_count(len(class_names), title)
    return ImageSource(
        num_classes,
        {
            name: BaseSplit(
                len(labels[name]),
                partial(_read, files, read_column, image, labels[name]),
                partial(_locate, files),
            )
            for name, files in splits.items()
        },
        class_names,
    )


def _read(
    files: list[Path], read_column: ReadColumn, image: str, labels: Int32[np.ndarray, " n"]
) -> ImageSet:
    cells = [
        _Cell(file, row, scalar)
        for file in files
        for row, scalar in enumerate(_iterate_column(file, read_column, image))
    ]
    return load_image_files(
        cells, partial(_decode, image), labels, lambda position: str(cells[position])
    )


@dataclass(frozen=True)
class _Cell:
    """A value that stays in Arrow's memory or in a mapped file, with its place for errors."""

    file: Path
    row: int
    scalar: pa.Scalar

    def __str__(self) -> str:
        return f"row {self.row} of {self.file}"


def _decode(column: str, cell: _Cell) -> UInt8[np.ndarray, "h w c"]:
    value = cell.scalar.as_py()
    content = value.get("bytes") if isinstance(value, dict) else value
    if not isinstance(content, bytes):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{cell.file}: row {cell.row} of column '{column}' is not an image; "
            "store the bytes of an image file there, not its path",
        )
    return decode_bytes(content, str(cell))


def _read_labels(file: Path, read_column: ReadColumn, column: str) -> Int32[np.ndarray, " n"]:
    labels = array("i")
    for row, scalar in enumerate(_iterate_column(file, read_column, column)):
        label = scalar.as_py()
        if type(label) is not int or not is_class(label):
            raise wrong_label(f"{file}: row {row} of column '{column}'", label)
        labels.append(label)
    check_example_count(len(labels), str(file))
    return np.array(labels, np.int32)


def _iterate_column(file: Path, read_column: ReadColumn, name: str) -> Iterator[pa.Scalar]:
    """Yields the values of a column."""
    import pyarrow as pa

    try:
        for piece in read_column(file, name).chunks:
            for value in piece:
                check_interruption()
                yield value
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        # For a truncated file Arrow raises an OSError without a number.
        if isinstance(error, OSError) and error.errno is not None:
            raise SidecarError(
                "DATA_MISSING", f"cannot read {file}: {error}; correct the path of the task"
            ) from error
        raise SidecarError(
            "DATA_CORRUPT", f"{file} cannot be read ({error}); get the file again"
        ) from error


def missing_column(file: Path, name: str, columns: list[str]) -> SidecarError:
    """Returns the error for a file that has only other `columns`."""
    return SidecarError(
        "DATA_MISSING",
        f"{file} has no column '{name}', only {shorten(columns)}; "
        "name its columns of images and labels as image and label of the source",
    )


def _locate(files: list[Path], position: int) -> str:
    return ", ".join(map(str, files))
