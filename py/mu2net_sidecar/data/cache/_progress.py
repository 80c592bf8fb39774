"""Progress of long work on the examples of a base split."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from mu2net_sidecar.data._interruption import check_interruption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

Progress = Callable[[str, str, int, int], None]
"""Takes the stage of the work, the title of the split, the examples done, and their total."""

INTERVAL = 512
"""Number of examples between two reports."""


def report_progress(
    items: Iterable[T], progress: Progress, *, stage: str, title: str, total: int
) -> Iterator[T]:
    """Yields the items, one per example, and reports how many have been taken.

    Args:
        items: The items.
        progress: Called after every `INTERVAL` items and after the last.
        stage: Name of the work: 'decode', 'check' or 'label'.
        title: Title of the split.
        total: Number of items.
    """
    for count, item in enumerate(items, start=1):
        check_interruption()
        yield item
        if count % INTERVAL == 0 or count == total:
            progress(stage, title, count, total)
