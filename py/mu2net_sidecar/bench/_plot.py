"""A picture of the records: how far each is from its goal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from mu2net_sidecar.bench._record import Record

LABEL, BAR, ROW, TOP = 560, 420, 26, 60
SPAN = math.log(32)
"""The axis goes from a 32nd of the goal to 32 times it."""
MET, MISSED = "#2a7f62", "#c2543d"


def svg(records: Sequence[Record], caption: str) -> str:
    """A bar for each judged record, on a logarithmic axis whose middle is the goal."""
    judged = [record for record in records if record.passed is not None]
    width, height = LABEL + BAR + 120, TOP + ROW * len(judged) + 30
    middle = LABEL + BAR / 2
    bars = [_bar(record, TOP + ROW * nth) for nth, record in enumerate(judged)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
            f'<rect width="{width}" height="{height}" fill="white"/>',
            f'<text x="12" y="22" font-size="15">{escape(caption)}</text>',
            f'<text x="{middle}" y="46" text-anchor="middle" fill="#555">'
            "short of the goal ← → beyond it (logarithmic)</text>",
            *bars,
            f'<line x1="{middle}" x2="{middle}" y1="{TOP - 6}" y2="{height - 20}" stroke="black"/>',
            "</svg>",
            "",
        ]
    )


def _bar(record: Record, y: int) -> str:
    position = max(-1.0, min(1.0, math.log(attainment(record)) / SPAN))
    length = max(2.0, abs(position) * BAR / 2)
    middle = LABEL + BAR / 2
    x = middle if position >= 0 else middle - length
    subject = record.detail.split(";")[0]
    return (
        f'<text x="{LABEL - 8}" y="{y + 15}" text-anchor="end">'
        f"{record.metric.row}  {escape(record.metric.name)} ({escape(subject)})</text>"
        f'<rect x="{x:.1f}" y="{y + 3}" width="{length:.1f}" height="{ROW - 8}" '
        f'fill="{MET if record.passed else MISSED}"/>'
        f'<text x="{LABEL + BAR + 8}" y="{y + 15}">{record.value:.3g} ({record.metric.goal})</text>'
    )


def attainment(record: Record) -> float:
    """How many times better than its goal a record is; below 1 it misses the goal.

    Raises:
        ValueError: the record is not judged.
    """
    goal, value = record.metric.goal, record.value
    if goal is None or value is None:
        raise ValueError(f"row {record.metric.row} has no measurement to compare with a goal")
    bound = goal.bound
    better, worse = (bound, value) if goal.sense == "≤" else (value, bound)
    if better == worse:
        return 1.0
    return better / worse if better > 0 and worse > 0 else math.inf if better > worse else 1e-9
