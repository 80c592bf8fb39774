"""Progress of long work on a base split."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

Progress = Callable[[str, str, int, int], None]
"""Takes what is done, the title of a base split, and with how many of how many examples of it."""

EVERY = 512
"""Examples after which progress is told."""


def told(
    items: Iterable[T], progress: Progress, stage: str, title: str, examples: int
) -> Iterator[T]:
    """The items, one for each example, telling how many have been taken."""
    for count, item in enumerate(items, start=1):
        yield item
        if count % EVERY == 0 or count == examples:
            progress(stage, title, count, examples)
