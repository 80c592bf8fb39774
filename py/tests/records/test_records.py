"""A record in the formats of other tools, as far as no other package is needed."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from pyarrow import parquet

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.records import Column, Request, Table, write

TABLE = Table(
    name="some",
    columns=[
        Column("text", "text"),
        Column("integer", "integer"),
        Column("number", "number"),
        Column("boolean", "boolean"),
        Column("time", "time"),
        Column("integers", "integers"),
        Column("numbers", "numbers"),
    ],
    rows=[
        ["é", 2**53, 1, True, "2026-01-02T03:04:05.678Z", [1, 2], [0.5, 1]],
        [None] * 7,
    ],
)


def ignore(done, total):
    """Takes progress."""


def test_parquet_has_every_value_in_the_type_of_its_column(tmp_path):
    file = tmp_path / "some.parquet"
    assert write(Request("first", "table", str(file), [TABLE]), ignore) == [file]
    moment = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
    first, second = parquet.read_table(file).to_pylist()
    assert list(first.values()) == ["é", 2**53, 1.0, True, moment, [1, 2], [0.5, 1.0]]
    assert isinstance(first["number"], float)
    assert set(second.values()) == {None}


def test_a_table_without_rows_keeps_its_columns(tmp_path):
    empty = Table("empty", TABLE.columns, [])
    [file] = write(Request("first", "parquet", str(tmp_path), [empty]), ignore)
    assert parquet.read_table(file).column_names == [column.name for column in TABLE.columns]


def test_a_folder_with_files_is_refused_by_trackers(tmp_path):
    (tmp_path / "mine").touch()
    with pytest.raises(SidecarError, match="has files already") as caught:
        write(Request("first", "mlflow", str(tmp_path), []), ignore)
    assert caught.value.code == "SIDECAR_FAILED"


def test_a_missing_library_is_told_with_the_command_that_installs_it(tmp_path):
    names = ("children", "iterations", "workers")
    request = {
        "run": "first",
        "format": "wandb",
        "out": str(tmp_path),
        "tables": [{"name": name, "columns": [], "rows": []} for name in names],
    }
    # A module that is None cannot be imported, whether it is installed or not.
    hidden = "import sys; sys.modules['wandb'] = None; import runpy; "
    done = subprocess.run(
        [sys.executable, "-c", hidden + "runpy.run_module('mu2net_sidecar.records')"],
        input=json.dumps(request) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["stage"], answer["code"]) == (1, "failed", "PYTHON_MISSING")
    assert "npx mu2net setup --extras wandb" in answer["message"]
