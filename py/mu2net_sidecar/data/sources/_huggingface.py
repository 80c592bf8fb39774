"""A data set that Hugging Face's `datasets` has saved to disk (`save_to_disk`).

The splits of the data set become the base splits; a data set without splits is one, `all`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mu2net_sidecar.data.optional import import_optional
from mu2net_sidecar.data.sources._table import missing_column, open_tables
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    import pyarrow as pa

    from mu2net_sidecar.data.sources._image_source import ImageSource
    from mu2net_sidecar.data.spec import HuggingFaceSource


def open_huggingface(spec: HuggingFaceSource) -> ImageSource:
    """Opens a saved data set.

    Raises:
        SidecarError: `DATA_MISSING`, `DATA_CORRUPT` or `DATA_LABEL`; the line names the file.
    """
    import_optional("pyarrow", "parquet", "pyarrow")
    root = spec.path
    if (root / "dataset_dict.json").exists():
        folders = {name: root / name for name in _read_json(root / "dataset_dict.json")["splits"]}
    else:
        folders = {"all": root}
    states = {name: _read_json(folder / "state.json") for name, folder in folders.items()}
    files = {
        name: [folders[name] / file["filename"] for file in state["_data_files"]]
        for name, state in states.items()
    }
    first = next(iter(folders.values()))
    features = _read_json(first / "dataset_info.json").get("features") or {}
    names = features.get(spec.label, {}).get("names")
    return open_tables(files, _read_column, spec.image, spec.label, class_names=names)


def _read_column(file: Path, name: str) -> pa.ChunkedArray:
    import pyarrow as pa

    with pa.memory_map(str(file)) as mapped:
        table = pa.ipc.open_stream(mapped).read_all()
        if name not in table.column_names:
            raise missing_column(file, name, table.column_names)
        return table.column(name)


def _read_json(file: Path) -> dict[str, Any]:
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SidecarError(
            "DATA_MISSING",
            f"cannot read {file}: {error.strerror}; save the data set again with save_to_disk, "
            "or correct the path of the task",
        ) from error
    except ValueError as error:
        raise SidecarError(
            "DATA_CORRUPT", f"{file} is damaged ({error}); save the data set again"
        ) from error
