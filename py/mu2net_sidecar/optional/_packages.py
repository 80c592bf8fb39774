"""Imports of optional packages, with an error that says how to install them."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from mu2net_sidecar.errors import SidecarError


def import_optional(
    module: str,
    extra: str,
    *distributions: str,
    purpose: str = "this data",
    code: str = "DATA_MISSING",
) -> ModuleType:
    """Imports a module of an optional package.

    Args:
        module: Name of the module.
        extra: Name of the optional dependencies that contain it, for `mu2net setup --extras`.
        distributions: Distributions that bring it.
        purpose: The thing that needs it, as the error says it.
        code: Code of the error.

    Raises:
        SidecarError: `code` when it is not installed; the line says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise SidecarError(
            code,
            f"{purpose} needs {module.partition('.')[0]}, which is not installed; "
            f"{install_advice(extra, *distributions)}",
        ) from error


def install_advice(extra: str, *distributions: str) -> str:
    """Returns how to install distributions: by mu2net, or by pip for this interpreter."""
    return (
        f"install it with 'npx mu2net setup --extras {extra}'; in a Python environment of your "
        f"own, with '{sys.executable} -m pip install {' '.join(distributions)}'"
    )
