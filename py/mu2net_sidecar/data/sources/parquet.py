"""Parquet files with a column of images and one of labels.

The base split of a file is that of Hugging Face's layouts: `train-00000-of-00005.parquet` and
`train.parquet` are of `train`, and so is `train/0000.parquet`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mu2net_sidecar.data.extra import package
from mu2net_sidecar.data.source import Source
from mu2net_sidecar.data.table import open_tables
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
    files = [path] if path.is_file() else sorted(path.rglob("*.parquet"))
    if not files:
        raise SidecarError(
            "DATA_MISSING", f"{path} has no Parquet files; correct the path of the task"
        )
    splits: dict[str, list[Path]] = {}
    for file in files:
        splits.setdefault(_split_of(file), []).append(file)
    names = _class_names(files[0], source["label"])
    return open_tables(splits, _columns, source["image"], source["label"], names)


def _split_of(file: Path) -> str:
    return re.sub(r"(-\d+-of-\d+|[-_.]?\d+)$", "", file.stem) or file.parent.name


def _columns(file: Path, names: list[str]) -> pa.Table:
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as opened:
        return opened.read(columns=names)


def _class_names(file: Path, label: str) -> list[str] | None:
    """Names of the classes, where Hugging Face's description of the columns has them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(file).metadata or {}
        return list(json.loads(metadata[b"huggingface"])["info"]["features"][label]["names"])
    except (KeyError, TypeError, ValueError, OSError, pa.ArrowException):
        return None
