"""Slices of base splits, in the syntax of TensorFlow Datasets.

A term is `name`, or `name[from:to]` with bounds that are both counts or both percents, negative
ones counted from the end; terms are summed with `+`. Percents are rounded to the closest example,
so that `[:p%]` and `[p%:]` share a split between them. Beyond that syntax, a base split of another
data set of the source is called `dataset:split`.
See https://www.tensorflow.org/datasets/splits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mu2net_sidecar.errors import SidecarError

_BOUND = r"(-?[\d_]*\d(?:\.\d+(?=%))?)(%?)"
_TERM = re.compile(rf"((?:[\w./+-]+:)?[\w-]+)(\[(?:{_BOUND})?:(?:{_BOUND})?\])?", re.ASCII)


@dataclass(frozen=True)
class SplitSlice:
    """One term of a split expression: a base split and the bounds of the slice, None if open."""

    term: str
    name: str
    start: float | None = None
    stop: float | None = None
    percent: bool = False

    def bounds(self, examples: int) -> tuple[int, int]:
        """First and past-the-last position of the slice in a base split of so many `examples`.

        Raises:
            SidecarError: `DATA_EMPTY` when a bound lies outside of the base split.
        """
        start = 0 if self.start is None else self._position(self.start, examples)
        stop = examples if self.stop is None else self._position(self.stop, examples)
        return start, max(start, stop)

    def _position(self, bound: float, examples: int) -> int:
        # A float quotient rounded half to even: what TensorFlow Datasets computes.
        position = round(bound * examples / 100.0) if self.percent else int(bound)
        if abs(position) > examples:
            raise SidecarError(
                "DATA_EMPTY",
                f"split '{self.term}' reaches beyond the {examples} examples of '{self.name}'; "
                "choose bounds within them",
            )
        return position if position >= 0 else examples + position


def parse_splits(expression: str) -> tuple[SplitSlice, ...]:
    """The terms of a split expression, in order.

    Raises:
        SidecarError: `DATA_MISSING` when the expression is not of the syntax.
    """
    return tuple(_parse_term(term.strip(), expression) for term in expression.split("+"))


def _parse_term(term: str, expression: str) -> SplitSlice:
    match = _TERM.fullmatch(term)
    if match is None:
        raise _malformed(expression, f"'{term}' is not a split")
    name, brackets, start, start_unit, stop, stop_unit = match.groups()
    if brackets is None:
        return SplitSlice(term, name)
    units = {unit for unit in (start_unit, stop_unit) if unit is not None}
    if not units:
        raise _malformed(expression, f"'{term}' has no bound")
    if len(units) > 1:
        raise _malformed(expression, f"'{term}' mixes a count and a percent")
    first, last = (None if bound is None else _number(bound) for bound in (start, stop))
    percent = units == {"%"}
    if percent and max(abs(first or 0), abs(last or 0)) > 100:
        raise _malformed(expression, f"'{term}' has a percent beyond 100")
    return SplitSlice(term, name, first, last, percent)


def _number(bound: str) -> float:
    return float(bound) if "." in bound else int(bound)


def _malformed(expression: str, reason: str) -> SidecarError:
    return SidecarError(
        "DATA_MISSING",
        f"split '{expression}' cannot be read: {reason}; "
        "write for example train, train[5%:], test[:1000] or train[:10%]+test",
    )
