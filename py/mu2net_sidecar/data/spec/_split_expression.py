"""Split expressions: sums of slices of base splits, in the syntax of TensorFlow Datasets.

    expression  = term { "+" term }
    term        = [ dataset ":" ] split [ "[" [ bound ] ":" [ bound ] "]" ]     one bound at least
    bound       = count | percent                                      both bounds in the same unit
    count       = [ "-" ] digits { "_" digits }
    percent     = count [ "." digits ] "%"                             from -100% to 100%

Spaces, tabs and line breaks around a term do not matter. A bound below zero counts from the end. A
percent is rounded to the closest example, so `[:p%]` and `[p%:]` share a split without overlap or
gap. The prefix `dataset:` is an addition to the syntax of TensorFlow Datasets: it names a base
split of a further data set of the source.
`protocol/corpus/splits.json` has the cases that both languages agree on.
See https://www.tensorflow.org/datasets/splits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mu2net_sidecar.errors import SidecarError

_BOUND = r"(-?\d+(?:_\d+)*(?:\.\d+(?=%))?)(%?)"
_BLANKS = " \t\r\n"
_TERM = re.compile(rf"((?:[\w./+-]+:)?[\w-]+)(\[(?:{_BOUND})?:(?:{_BOUND})?\])?", re.ASCII)


@dataclass(frozen=True)
class SplitSlice:
    """One term of a split expression.

    Attributes:
        term: The term as written.
        name: Name of the base split.
        start: First position, a count or a percent; None for the beginning.
        stop: Position past the last one, a count or a percent; None for the end.
        percent: Whether the bounds are percents.
    """

    term: str
    name: str
    start: float | None = None
    stop: float | None = None
    percent: bool = False

    def bounds(self, examples: int) -> tuple[int, int]:
        """Returns the first position of the slice and the position past its last one.

        Args:
            examples: Number of examples of the base split.

        Raises:
            SidecarError: `DATA_EMPTY` when a bound lies outside the base split.
        """
        start = 0 if self.start is None else self._position(self.start, examples)
        stop = examples if self.stop is None else self._position(self.stop, examples)
        return start, max(start, stop)

    def _position(self, bound: float, examples: int) -> int:
        # TensorFlow Datasets rounds a float quotient, halves to the even integer.
        position = round(bound * examples / 100.0) if self.percent else int(bound)
        if abs(position) > examples:
            raise SidecarError(
                "DATA_EMPTY",
                f"split '{self.term}' reaches beyond the {examples} examples of '{self.name}'; "
                "choose bounds within them",
            )
        return position if position >= 0 else examples + position


def parse_splits(expression: str) -> tuple[SplitSlice, ...]:
    """Returns the terms of a split expression, in order.

    Raises:
        SidecarError: `DATA_MISSING` when the expression does not follow the syntax.
    """
    return tuple(_parse_term(term.strip(_BLANKS), expression) for term in expression.split("+"))


def _parse_term(term: str, expression: str) -> SplitSlice:
    match = _TERM.fullmatch(term)
    if match is None:
        raise _syntax_error(expression, f"'{term}' is not a split")
    name, brackets, start, start_unit, stop, stop_unit = match.groups()
    if brackets is None:
        return SplitSlice(term, name)
    units = {unit for unit in (start_unit, stop_unit) if unit is not None}
    if not units:
        raise _syntax_error(expression, f"'{term}' has no bound")
    if len(units) > 1:
        raise _syntax_error(expression, f"'{term}' mixes a count and a percent")
    first, last = (None if bound is None else _number(bound) for bound in (start, stop))
    percent = units == {"%"}
    if percent and max(abs(first or 0), abs(last or 0)) > 100:
        raise _syntax_error(expression, f"'{term}' has a percent beyond 100")
    return SplitSlice(term, name, first, last, percent)


def _number(bound: str) -> float:
    return float(bound) if "." in bound else int(bound)


def _syntax_error(expression: str, reason: str) -> SidecarError:
    return SidecarError(
        "DATA_MISSING",
        f"split '{expression}' cannot be read: {reason}; "
        "write for example train, train[5%:], test[:1000] or train[:10%]+test",
    )
