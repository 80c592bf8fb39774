"""The rows of the table of goals, one module each. A module here that defines `ROW` is a row."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from mu2net_sidecar.bench._row import Row

ROWS: list[Row] = sorted(
    (import_module(f"{__name__}.{module.name}").ROW for module in iter_modules(__path__)),
    key=lambda row: row.number,
)
"""All of them, by number."""
