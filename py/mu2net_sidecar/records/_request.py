"""The request of the controller: tables of a record, as `ts/src/records` makes them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

ColumnType = Literal["text", "integer", "number", "boolean", "time", "integers", "numbers"]


class Column(msgspec.Struct, frozen=True, rename="camel"):
    """A column of a table; any of its values may be None."""

    name: str
    type: ColumnType
    is_hyperparameter: bool = False


class Table(msgspec.Struct, frozen=True):
    """A table: every row has a cell for each column, in the same order."""

    name: str
    columns: list[Column]
    rows: list[list[Any]]

    def records(self) -> list[dict[str, Any]]:
        """Returns each row as a mapping from column to value."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


class Request(msgspec.Struct, frozen=True):
    """The tables to write, and their place: `out` is a file for `table`, or else a folder."""

    run: str
    format: Literal["table", "parquet", "tensorboard", "wandb", "mlflow"]
    out: str
    tables: list[Table]

    def table(self, name: str) -> Table:
        """Returns the table with a name."""
        return next(table for table in self.tables if table.name == name)
