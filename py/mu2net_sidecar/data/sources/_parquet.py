"""Parquet files with a column of images and one of labels.

The base split of a file follows from its name, as in Hugging Face's layouts: the files
`train-00000-of-00005.parquet`, `train.parquet` and `train/0000.parquet` are of `train`. A single
file is `all`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mu2net_sidecar.data._interruption import check_interruption
from mu2net_sidecar.data.files import check_unpacking, open_file, size_of, walk_files
from mu2net_sidecar.data.labels import check_class_names, check_example_count
from mu2net_sidecar.data.sources._table import missing_column, open_tables
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.optional import import_optional

if TYPE_CHECKING:
    import pyarrow as pa

    from mu2net_sidecar.data.sources._image_source import ImageSource
    from mu2net_sidecar.data.spec import ParquetSource


def open_parquet(spec: ParquetSource) -> ImageSource:
    """Opens one Parquet file or a folder of them.

    Raises:
        SidecarError: `DATA_MISSING`, `DATA_CORRUPT` or `DATA_LABEL`; the line names the file.
    """
    import_optional("pyarrow", "parquet", "pyarrow")
    path = spec.path
    splits: dict[str, list[Path]] = {"all": [path]} if path.is_file() else {}
    if not splits:
        for file in sorted(each for each in walk_files(path) if each.name.endswith(".parquet")):
            splits.setdefault(_split_of(file), []).append(file)
    if not splits:
        raise SidecarError(
            "DATA_MISSING", f"{path} has no Parquet files; correct the path of the task"
        )
    first = next(iter(splits.values()))[0]
    names = _class_names(first, spec.label)
    return open_tables(
        splits, _read_column, spec.image, spec.label, title=str(path), class_names=names
    )


def _split_of(file: Path) -> str:
    return re.sub(r"(-\d+-of-\d+|[-_.]?\d+)$", "", file.stem) or file.parent.name


def _read_column(file: Path, name: str) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with open_file(file) as stream, pq.ParquetFile(stream) as opened:
        schema, metadata = opened.schema_arrow, opened.metadata
        if name not in schema.names:
            raise missing_column(file, name, schema.names)
        check_example_count(metadata.num_rows, str(file))
        groups = [metadata.row_group(each) for each in range(metadata.num_row_groups)]
        unpacked = sum(group.total_byte_size for group in groups)
        check_unpacking(unpacked, size_of(stream), str(file))
        pieces = []
        for group in range(metadata.num_row_groups):
            check_interruption()
            pieces += opened.read_row_group(group, columns=[name]).column(name).chunks
        return pa.chunked_array(pieces, schema.field(name).type)


def _class_names(file: Path, label: str) -> list[str] | None:
    """Returns the class names from Hugging Face's description of the columns, if there is one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open_file(file) as stream:
            metadata = pq.read_schema(stream).metadata or {}
        names = json.loads(metadata[b"huggingface"])["info"]["features"][label]["names"]
    except (KeyError, TypeError, ValueError, RecursionError, OSError, pa.ArrowException):
        return None
    return None if names is None else check_class_names(names, str(file))
