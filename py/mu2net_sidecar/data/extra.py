"""Packages that only some sources need."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from mu2net_sidecar.errors import SidecarError


def package(module: str, *distributions: str) -> ModuleType:
    """A module of a package that is optional.

    Args:
        module: Its name.
        distributions: What brings it.

    Raises:
        SidecarError: `DATA_MISSING` when it is not installed; the line says how to.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise SidecarError(
            "DATA_MISSING",
            f"this data needs {module.partition('.')[0]}, which is not installed; "
            f"install it: {install_command(*distributions)}",
        ) from error


def install_command(*distributions: str) -> str:
    """The command that installs packages for this interpreter."""
    return f"{sys.executable} -m pip install {' '.join(distributions)}"
