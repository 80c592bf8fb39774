"""Kinds of sources. Each module of this package is one kind, under its name on the wire.

A kind provides `open_source(source) -> Source`, where `source` is its wire form
(`source` in protocol/values.ts).
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mu2net_sidecar.data.source import Source


def open_source(source: Mapping[str, Any]) -> Source:
    """Open a source of any kind; nothing but its labels is read until a base split is asked for.

    Raises:
        SidecarError: `DATA_MISSING` or `DATA_CORRUPT`, naming the file.
    """
    kinds = sorted(module.name for module in pkgutil.iter_modules(__path__))
    kind = source["kind"]
    if kind not in kinds:
        raise SidecarError(
            "DATA_MISSING", f"no source is of kind '{kind}'; choose one of {', '.join(kinds)}"
        )
    return importlib.import_module(f"{__name__}.{kind}").open_source(source)
