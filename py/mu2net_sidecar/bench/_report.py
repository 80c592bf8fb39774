"""A table of the records, for people."""

from __future__ import annotations

from collections.abc import Iterable

from mu2net_sidecar.bench._record import Record

HEADER = ("row", "metric", "ours", "baseline", "unit", "ratio", "spread", "goal", "")
VERDICTS = {True: "met", False: "missed", None: ""}


def table(records: Iterable[Record]) -> str:
    """One line per record, in columns."""
    cells = [HEADER, *(_cells(record) for record in records)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADER))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join(lines)


def line(record: Record) -> str:
    """The lines that are printed as soon as a record is measured."""
    _, metric, ours, baseline, unit, ratio, spread, goal, verdict = _cells(record)
    figures = f"ours {ours} {unit}"
    if baseline:
        figures += f", baseline {baseline} {unit}"
    if ratio:
        figures += f", ratio {ratio} ({spread})"
    if record.ours is None:
        figures = record.detail
    judged = f", goal {goal}: {verdict}" if verdict else ""
    return f"{record.metric.row:>2}  {metric}: {figures}{judged}\n    {record.detail}"


def _cells(record: Record) -> tuple[str, ...]:
    spread = "" if record.spread is None else "…".join(map(_figure, record.spread))
    return (
        f"{record.metric.row:>3}",
        record.metric.name,
        _figure(record.ours),
        _figure(record.baseline),
        record.metric.unit,
        _figure(record.ratio),
        spread,
        "" if record.metric.goal is None else str(record.metric.goal),
        VERDICTS[record.passed],
    )


def _figure(value: float | None) -> str:
    """Three significant digits."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
