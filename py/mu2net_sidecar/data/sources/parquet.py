"""Parquet files with a column of images and one of labels.

The base split of a file is that of Hugging Face's layouts: `train-00000-of-00005.parquet` and
`train.parquet` are of `train`, and so is `train/0000.parquet`. A file by itself is `all`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mu2net_sidecar.data.extra import package
from mu2net_sidecar.data.source import Source
from mu2net_sidecar.data.table import no_column, open_tables
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    import pyarrow as pa


def open_source(source: Mapping[str, Any]) -> Source:
    """Open `{"path", "image", "label"}`; the path is that of a file or of a folder of files.

    Raises:
        SidecarError: `DATA_MISSING` or `DATA_CORRUPT`, naming the file.
    """
    package("pyarrow", "pyarrow")
    path = Path(source["path"])
    splits: dict[str, list[Path]] = {"all": [path]} if path.is_file() else {}
    for file in sorted(path.rglob("*.parquet")):
        splits.setdefault(_split_of(file), []).append(file)
    if not splits:
        raise SidecarError(
            "DATA_MISSING", f"{path} has no Parquet files; correct the path of the task"
        )
    first = next(iter(splits.values()))[0]
    names = _class_names(first, source["label"])
    return open_tables(splits, _column, source["image"], source["label"], names)


def _split_of(file: Path) -> str:
    return re.sub(r"(-\d+-of-\d+|[-_.]?\d+)$", "", file.stem) or file.parent.name


def _column(file: Path, name: str) -> pa.ChunkedArray:
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as opened:
        if name not in opened.schema_arrow.names:
            raise no_column(file, name, opened.schema_arrow.names)
        return opened.read(columns=[name]).column(name)


def _class_names(file: Path, label: str) -> list[str] | None:
    """Names of the classes, where Hugging Face's description of the columns has them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(file).metadata or {}
        return list(json.loads(metadata[b"huggingface"])["info"]["features"][label]["names"])
    except (KeyError, TypeError, ValueError, OSError, pa.ArrowException):
        return None
