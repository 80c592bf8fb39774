"""A dataset that Hugging Face's `datasets` has saved to disk (`save_to_disk`).

The base splits are those of a dataset with splits; one without is the base split `all`.
"""

from __future__ import annotations

import json
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
    """Open `{"path", "image", "label"}`.

    Raises:
        SidecarError: `DATA_MISSING` or `DATA_CORRUPT`, naming the file.
    """
    package("pyarrow", "pyarrow")
    root = Path(source["path"])
    if (root / "dataset_dict.json").exists():
        folders = {name: root / name for name in _read(root / "dataset_dict.json")["splits"]}
    else:
        folders = {"all": root}
    states = {name: _read(folder / "state.json") for name, folder in folders.items()}
    files = {
        name: [folders[name] / file["filename"] for file in state["_data_files"]]
        for name, state in states.items()
    }
    first = next(iter(folders.values()))
    features = _read(first / "dataset_info.json").get("features") or {}
    names = features.get(source["label"], {}).get("names")
    return open_tables(files, _column, source["image"], source["label"], names)


def _column(file: Path, name: str) -> pa.ChunkedArray:
    import pyarrow as pa

    with pa.memory_map(str(file)) as mapped:
        table = pa.ipc.open_stream(mapped).read_all()
        if name not in table.column_names:
            raise no_column(file, name, table.column_names)
        return table.column(name)


def _read(file: Path) -> dict[str, Any]:
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING",
            f"cannot read {file}: {error.strerror}; save the dataset again with save_to_disk, "
            "or correct the path of the task",
        ) from error
    except ValueError as error:
        raise SidecarError(
            "DATA_CORRUPT", f"{file} is damaged ({error}); save the dataset again"
        ) from error
