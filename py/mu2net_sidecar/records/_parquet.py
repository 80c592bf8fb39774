"""Tables as Parquet files, by pyarrow."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from mu2net_sidecar.optional import import_optional
from mu2net_sidecar.records._request import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa


def write_table(table: Table, file: Path) -> Path:
    """Writes a table to a Parquet file; returns the file.

    Raises:
        SidecarError: `PYTHON_MISSING` when pyarrow is not installed.
    """
    words = {"purpose": "Parquet", "code": "PYTHON_MISSING"}
    arrow = import_optional("pyarrow", "parquet", "pyarrow", **words)
    parquet = import_optional("pyarrow.parquet", "parquet", "pyarrow", **words)
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    arrays = [
        arrow.array([_value(column, cell) for cell in cells], type=_type(arrow, column))
        for column, cells in zip(table.columns, columns, strict=True)
    ]
    names = [column.name for column in table.columns]
    parquet.write_table(arrow.table(arrays, names=names), file)
    return file


def _type(arrow: ModuleType, column: Column) -> pa.DataType:
    types = {
        "text": arrow.string(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "boolean": arrow.bool_(),
        "time": arrow.timestamp("ms", tz="UTC"),
        "integers": arrow.list_(arrow.int64()),
        "numbers": arrow.list_(arrow.float64()),
    }
    return types[column.type]


def _value(column: Column, cell: object) -> object:
    if column.type != "time" or not isinstance(cell, str):
        return cell
    return datetime.fromisoformat(cell.replace("Z", "+00:00"))
