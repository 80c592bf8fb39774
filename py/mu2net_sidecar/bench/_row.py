"""A row of the table of goals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mu2net_sidecar.bench._record import Record
from mu2net_sidecar.bench._setting import Setting


@dataclass(frozen=True)
class Row:
    """A row: its number in the table, and how it is measured."""

    number: int
    measure: Callable[[Setting], Iterator[Record]]
