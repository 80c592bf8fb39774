"""Tables of Apache Arrow with a column of images and one of labels.

An image is the bytes of an image file, or a struct with these in its field `bytes` (Hugging Face's
images); a label is an integer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.decode import decode_bytes
from mu2net_sidecar.data.image_files import image_set
from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.source import BaseSplit, Source, count_classes
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    import pyarrow as pa

Column = Callable[[Path, str], "pa.ChunkedArray"]
"""Reads the column of a name from a file; its errors are `no_column`, of Arrow or of the system."""


def open_tables(
    splits: Mapping[str, list[Path]],
    read: Column,
    image: str,
    label: str,
    class_names: Sequence[str] | None,
) -> Source:
    """A source whose base splits are the rows of files.

    Args:
        splits: The files of each base split.
        read: Reads them.
        image: Column of the images.
        label: Column of the labels.
        class_names: Names of the classes; None for as many as one more than the largest label.

    Raises:
        SidecarError: `DATA_MISSING` when a file or column is not there, `DATA_CORRUPT` when it is
            damaged; the line names the file.
    """
    labels = {
        name: np.concatenate([np.empty(0, np.int32), *(_labels(f, read, label) for f in files)])
        for name, files in splits.items()
    }
    return Source(
        count_classes(labels.values()) if class_names is None else len(class_names),
        {
            name: BaseSplit(
                partial(_read, files, read, image, labels[name]), partial(_locate, files)
            )
            for name, files in splits.items()
        },
        class_names,
    )


def _read(files: list[Path], read: Column, image: str, labels: np.ndarray) -> ImageSet:
    cells = [
        _Cell(file, row, scalar)
        for file in files
        for row, scalar in enumerate(_column(file, read, image))
    ]
    return image_set(cells, partial(_decode, image), labels, lambda position: str(cells[position]))


@dataclass(frozen=True)
class _Cell:
    """A value where Arrow has it, in memory or in a file that is mapped."""

    file: Path
    row: int
    scalar: pa.Scalar

    def __str__(self) -> str:
        return f"row {self.row} of {self.file}"


def _decode(column: str, cell: _Cell) -> np.ndarray:
    value = cell.scalar.as_py()
    content = value.get("bytes") if isinstance(value, dict) else value
    if not isinstance(content, bytes):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{cell.file}: row {cell.row} of column '{column}' holds no image; "
            "store the bytes of an image file there, not its path",
        )
    return decode_bytes(content, str(cell))


def _labels(file: Path, read: Column, column: str) -> np.ndarray:
    values = [scalar.as_py() for scalar in _column(file, read, column)]
    wrong = next((row for row, v in enumerate(values) if type(v) is not int or abs(v) >> 31), None)
    if wrong is not None:
        raise SidecarError(
            "DATA_LABEL",
            f"{file}: row {wrong} of column '{column}' is {str(values[wrong])[:40]!r}, no class; "
            "number the classes from 0",
        )
    return np.array(values, np.int32)


def _column(file: Path, read: Column, name: str) -> Iterator[pa.Scalar]:
    """The values of a column."""
    import pyarrow as pa

    try:
        for piece in read(file, name).chunks:
            yield from piece
    except (pa.ArrowException, OSError) as error:
        # Of a file that is cut short Arrow says so by an error of the system without a number.
        if isinstance(error, OSError) and error.errno is not None:
            raise SidecarError(
                "DATA_MISSING", f"cannot read {file}: {error}; correct the path of the task"
            ) from error
        raise SidecarError(
            "DATA_CORRUPT", f"{file} does not read ({error}); get the file again"
        ) from error


def no_column(file: Path, name: str, columns: list[str]) -> SidecarError:
    """The error of a file that has only other `columns`."""
    return SidecarError(
        "DATA_MISSING",
        f"{file} has no column '{name}', only {', '.join(columns)}; "
        "name those that are meant as image and label of the source",
    )


def _locate(files: list[Path], position: int) -> str:
    return ", ".join(map(str, files))
