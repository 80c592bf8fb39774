"""The three splits of a task, opened from its description on the wire."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.sources import open_source
from mu2net_sidecar.data.splits import parse_splits
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mu2net_sidecar.data.source import Source


class Dataset:
    """The train, validation and test images of a task, each read when first asked for.

    Every split raises `SidecarError` when its data are missing, corrupt, empty or have a label
    that is no class of the task; the line names the file. Tasks and requests that ask a source for
    the same split get the same set.

    Attributes:
        num_classes: Number of classes of the task.
    """

    def __init__(
        self, name: str, source: Source, splits: Mapping[str, str], num_classes: int
    ) -> None:
        self.num_classes = num_classes
        self._name = name
        self._source = source
        self._splits = splits

    @property
    def class_names(self) -> list[str] | None:
        """Names of the classes in the order of their labels; None where the source has not as many.

        A name of a file that is no Unicode is told as well as it can be.
        """
        names = self._source.class_names
        if names is None or len(names) != self.num_classes:
            return None
        return [str(name).encode("utf-8", "replace").decode() for name in names]

    @cached_property
    def train(self) -> ImageSet:
        """The images to learn from."""
        return self._select(self._splits["train"])

    @cached_property
    def validation(self) -> ImageSet:
        """The images that decide which path is retained."""
        return self._select(self._splits["validation"])

    @cached_property
    def test(self) -> ImageSet:
        """The images on which the retained path is evaluated."""
        return self._select(self._splits["test"])

    def _select(self, expression: str) -> ImageSet:
        for term in parse_splits(expression):
            self._check(term.name, expression)
        images = self._source.select(expression)
        if not len(images):
            raise SidecarError(
                "DATA_EMPTY",
                f"task {self._name}: split '{expression}' has no examples; "
                "choose a larger slice or add data",
            )
        return images

    def _check(self, name: str, expression: str) -> None:
        """That the base split of a term exists, and that its labels are classes of the task."""
        names = self._source.base_splits.keys()
        if name not in names:
            raise SidecarError(
                "DATA_MISSING",
                f"task {self._name}: split '{expression}' needs the base split '{name}', but its "
                f"source has only {', '.join(names)}; correct the split or add the data",
            )
        labels = self._source.images(name).labels
        outside = np.flatnonzero((labels < 0) | (labels >= self.num_classes))
        if outside.size:
            position = int(outside[0])
            raise SidecarError(
                "DATA_LABEL",
                f"{self._source.base_splits[name].locate(position)}: label "
                f"{labels[position]} of example {position} is not in 0..."
                f"{self.num_classes - 1}; correct it or the number of classes of task {self._name}",
            )


class DataCache:
    """The sources that a worker has decoded, the least recently used dropped beyond a limit."""

    def __init__(self, limit_bytes: int = 4 << 30) -> None:
        self._limit_bytes = limit_bytes
        self._sources: dict[str, Source] = {}

    def open(self, source: Mapping[str, Any]) -> Source:
        """The opened source of the wire form `source`; tasks that share it share its images."""
        key = json.dumps(source, sort_keys=True)
        opened = self._sources.pop(key, None) or open_source(source)
        while self._sources and self._nbytes() + opened.nbytes > self._limit_bytes:
            del self._sources[next(iter(self._sources))]
        self._sources[key] = opened
        return opened

    def _nbytes(self) -> int:
        return sum(source.nbytes for source in self._sources.values())


def open_task(task: Mapping[str, Any], cache: DataCache) -> Dataset:
    """Open the data of a task given in its wire form (`task` in protocol/values.ts).

    Raises:
        SidecarError: `DATA_MISSING` or `DATA_CORRUPT`, naming the file.
    """
    source = cache.open(task["source"])
    classes = task["numClasses"]
    return Dataset(
        task["name"],
        source,
        task["splits"],
        source.num_classes if classes is None else classes,
    )
