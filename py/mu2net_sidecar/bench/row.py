"""A row of the table of goals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mu2net_sidecar.bench.record import Record
from mu2net_sidecar.bench.setting import Setting


@dataclass(frozen=True)
class Row:
    """A number of the table and how it is measured."""

    number: int
    measure: Callable[[Setting], Iterator[Record]]
