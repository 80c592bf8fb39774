"""An opened source: named base splits, each decoded once and only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.spec import parse_splits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class SourceFacts:
    """Facts about a source.

    Attributes:
        num_classes: Number of classes that its labels show.
        class_names: Names of the classes in the order of their labels, as valid Unicode; None when
            they have none.
        base_splits: Number of examples of each base split.
    """

    num_classes: int
    class_names: tuple[str, ...] | None
    base_splits: Mapping[str, int]


@dataclass(frozen=True)
class BaseSplit:
    """A base split of an opened source.

    Attributes:
        examples: Number of its examples.
        read: Decodes its images.
        locate: Returns where the label of the example at a position is, for errors.
    """

    examples: int
    read: Callable[[], ImageSet]
    locate: Callable[[int], str]


@dataclass(frozen=True, eq=False)
class ImageSource:
    """An opened source.

    Attributes:
        num_classes: Number of named classes, or one more than the largest label.
        base_splits: Its base splits by name.
        class_names: Names of the classes in the order of their labels; None when they have none.
    """

    num_classes: int
    base_splits: Mapping[str, BaseSplit]
    class_names: Sequence[str] | None = None
    _decoded: dict[str, ImageSet] = field(default_factory=dict, init=False, repr=False)
    _selected: dict[str, ImageSet] = field(default_factory=dict, init=False, repr=False)

    @property
    def facts(self) -> SourceFacts:
        """Facts about the source; no image is decoded."""
        counts = {name: split.examples for name, split in self.base_splits.items()}
        return SourceFacts(self.num_classes, readable_names(self.class_names), counts)

    def images(self, name: str) -> ImageSet:
        """Returns the images of the base split `name`; they are decoded on the first call.

        Raises:
            SidecarError: The data are missing or damaged; the line names the file.
        """
        if name not in self._decoded:
            self._decoded[name] = self.base_splits[name].read()
        return self._decoded[name]

    def select(self, expression: str) -> ImageSet:
        """Returns the images of a split expression; equal expressions give the same set.

        Raises:
            SidecarError: As in `images`, `parse_splits` and `SplitSlice.bounds`.
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
        """Bytes of host memory that the decoded base splits fill."""
        return sum(images.host_nbytes for images in self._decoded.values())


def readable_names(names: Sequence[str] | None) -> tuple[str, ...] | None:
    """Returns class names as valid Unicode; `?` replaces what a file name cannot express."""
    if names is None:
        return None
    return tuple(str(name).encode("utf-8", "replace").decode() for name in names)
