"""Imports of optional packages, with an error that says how to install them."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from mu2net_sidecar.errors import SidecarError


def import_optional(module: str, *distributions: str) -> ModuleType:
    """Imports a module of an optional package.

    Args:
        module: Name of the module.
        distributions: Distributions that bring it.

    Raises:
        SidecarError: `DATA_MISSING` when it is not installed; the line says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise SidecarError(
            "DATA_MISSING",
            f"this data needs {module.partition('.')[0]}, which is not installed; "
            f"install it: {install_advice(*distributions)}",
        ) from error


def install_advice(*distributions: str) -> str:
    """Returns the commands that install distributions: for mu2net's own interpreter, or for any."""
    extra = "parquet" if "pyarrow" in distributions else "tfds"
    command = f"{sys.executable} -m pip install {' '.join(distributions)}"
    return f"npx mu2net setup --extras {extra}, or {command}"
