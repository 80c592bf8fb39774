"""The JSON files in which TensorFlow Datasets describes a data set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mu2net_sidecar.data.files import read_file
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from pathlib import Path


def read_description(file: Path) -> dict[str, Any]:
    """Reads a JSON file that TensorFlow Datasets wrote.

    Raises:
        SidecarError: `DATA_MISSING` when it cannot be read, `DATA_CORRUPT` when it is not JSON.
    """
    content = read_file(file, "remove its folder and prepare it again")
    try:
        description = json.loads(content)
        if not isinstance(description, dict):
            raise ValueError("it is not an object")
    except (ValueError, RecursionError) as error:
        raise corrupt_description(file, error) from error
    return description


def corrupt_description(file: Path, error: Exception) -> SidecarError:
    """Returns the error for a file that TensorFlow Datasets would not write."""
    return SidecarError(
        "DATA_CORRUPT",
        f"{file} is not what TensorFlow Datasets writes ({error!r}); "
        "remove its folder and prepare it again",
    )
