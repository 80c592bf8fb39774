"""A data set that Hugging Face's `datasets` has saved to disk (`save_to_disk`).

The splits of the data set become the base splits; a data set without splits is one, `all`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mu2net_sidecar.data.files import open_file, read_file
from mu2net_sidecar.data.labels import check_class_names
from mu2net_sidecar.data.sources._table import missing_column, open_tables
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.optional import import_optional

if TYPE_CHECKING:
    import pyarrow as pa

    from mu2net_sidecar.data.sources._image_source import ImageSource
    from mu2net_sidecar.data.spec import HuggingFaceSource

T = TypeVar("T")


def open_huggingface(spec: HuggingFaceSource) -> ImageSource:
    """Opens a saved data set.

    Raises:
        SidecarError: `DATA_MISSING`, `DATA_CORRUPT` or `DATA_LABEL`; the line names the file.
    """
    import_optional("pyarrow", "parquet", "pyarrow")
    root = spec.path
    folders = {"all": root}
    if (root / "dataset_dict.json").exists():
        folders = _read_json(
            root / "dataset_dict.json",
            lambda value: {str(name): root / str(name) for name in value["splits"]},
        )
    files = {
        name: _read_json(
            folder / "state.json",
            lambda value, folder=folder: [
                folder / each["filename"] for each in value["_data_files"]
            ],
        )
        for name, folder in folders.items()
    }
    info = next(iter(folders.values()), root) / "dataset_info.json"
    names = _read_json(
        info, lambda value: (value.get("features") or {}).get(spec.label, {}).get("names")
    )
    return open_tables(
        files,
        _read_column,
        spec.image,
        spec.label,
        title=str(root),
        class_names=None if names is None else check_class_names(names, str(info)),
    )


def _read_column(file: Path, name: str) -> pa.ChunkedArray:
    import pyarrow as pa

    # Mapping something else than a file could wait for ever.
    with open_file(file), pa.memory_map(str(file)) as mapped:
        table = pa.ipc.open_stream(mapped).read_all()
        if name not in table.column_names:
            raise missing_column(file, name, table.column_names)
        return table.column(name)


def _read_json(file: Path, select: Callable[[Any], T]) -> T:
    """Returns what `select` takes from a JSON file."""
    content = read_file(file)
    try:
        return select(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SidecarError(
            "DATA_CORRUPT",
            f"{file} is damaged ({error!r}); save the data set again with save_to_disk",
        ) from error
