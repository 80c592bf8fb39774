"""A source of images, opened: named base splits, each decoded once and only when asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.splits import parse_splits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy as np


@dataclass(frozen=True)
class BaseSplit:
    """How to get the images of one base split.

    Attributes:
        read: Decodes the images.
        locate: Says in an error where the label of the example at a position stands.
    """

    read: Callable[[], ImageSet]
    locate: Callable[[int], str]


@dataclass(frozen=True, eq=False)
class Source:
    """Named base splits and the number of classes that their labels show.

    Attributes:
        num_classes: One more than the largest label, or the number of named classes.
        base_splits: Its base splits by name.
        class_names: Names of its classes in the order of their labels; None where it has none.
    """

    num_classes: int
    base_splits: Mapping[str, BaseSplit]
    class_names: Sequence[str] | None = None
    _decoded: dict[str, ImageSet] = field(default_factory=dict, init=False, repr=False)
    _selected: dict[str, ImageSet] = field(default_factory=dict, init=False, repr=False)

    def images(self, name: str) -> ImageSet:
        """The images of the base split `name`.

        Raises:
            SidecarError: Its data are missing or corrupt; the line names the file.
        """
        if name not in self._decoded:
            self._decoded[name] = self.base_splits[name].read()
        return self._decoded[name]

    def select(self, expression: str) -> ImageSet:
        """The images of a split expression; the same set each time.

        Raises:
            SidecarError: As `images`, `parse_splits` and `SplitSlice.bounds`.
        """
        if expression not in self._selected:
            parts = []
            for term in parse_splits(expression):
                base = self.images(term.name)
                start, stop = term.bounds(len(base))
                parts.append(base[start:stop])
            self._selected[expression] = ImageSet.concatenate(parts)
        return self._selected[expression]

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the decoded base splits fill."""
        return sum(images.host_nbytes for images in self._decoded.values())


def count_classes(labels: Iterable[np.ndarray]) -> int:
    """One more than the largest of all `labels`; 0 when there is none."""
    return 1 + max((int(part.max()) for part in labels if part.size), default=-1)
