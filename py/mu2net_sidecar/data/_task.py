"""The images of a task: its three splits, selected from a source."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.files import reading
from mu2net_sidecar.data.labels import check_class_count
from mu2net_sidecar.data.sources import ImageSource, open_source
from mu2net_sidecar.data.spec import parse_splits
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from mu2net_sidecar.data.images import ImageSet
    from mu2net_sidecar.data.spec import SourceSpec, TaskSpec


class Dataset:
    """The training, validation and test images of a task, each read when it is first asked for.

    Reading a split raises `SidecarError` when its data are missing, damaged or empty, or when a
    label is not a class of the task, and `OUT_OF_MEMORY` when they do not fit; the line names the
    file or the split. Tasks that ask one source for the same split get the same set.

    Attributes:
        num_classes: Number of classes of the task.
    """

    def __init__(self, task: TaskSpec, source: ImageSource) -> None:
        self.num_classes = source.num_classes if task.num_classes is None else task.num_classes
        check_class_count(self.num_classes, f"task {task.name}")
        self._task = task
        self._source = source

    @property
    def class_names(self) -> list[str] | None:
        """Names of the classes in label order; None unless the source names each class once."""
        names = self._source.facts.class_names
        return None if names is None or len(names) != self.num_classes else list(names)

    @cached_property
    def train(self) -> ImageSet:
        """The images to learn from."""
        return self._select(self._task.splits.train)

    @cached_property
    def validation(self) -> ImageSet:
        """The images that decide which path is retained."""
        return self._select(self._task.splits.validation)

    @cached_property
    def test(self) -> ImageSet:
        """The images on which the retained path is evaluated."""
        return self._select(self._task.splits.test)

    def _select(self, expression: str) -> ImageSet:
        with reading(f"split '{expression}' of task {self._task.name}"):
            for term in parse_splits(expression):
                self._check(term.name, expression)
            images = self._source.select(expression)
        if not len(images):
            raise SidecarError(
                "DATA_EMPTY",
                f"task {self._task.name}: split '{expression}' has no examples; "
                "choose a larger slice or add data",
            )
        return images

    def _check(self, name: str, expression: str) -> None:
        """Checks that the base split `name` exists and that its labels are classes of the task."""
        names = self._source.base_splits.keys()
        if name not in names:
            raise SidecarError(
                "DATA_MISSING",
                f"task {self._task.name}: split '{expression}' needs the base split '{name}', but "
                f"its source has only {', '.join(names)}; correct the split or add the data",
            )
        labels = self._source.images(name).labels
        outside = np.flatnonzero((labels < 0) | (labels >= self.num_classes))
        if outside.size:
            position = int(outside[0])
            raise SidecarError(
                "DATA_LABEL",
                f"{self._source.base_splits[name].locate(position)}: label "
                f"{labels[position]} of example {position} is not in 0..."
                f"{self.num_classes - 1}; correct it or the number of classes of task "
                f"{self._task.name}",
            )


class DataCache:
    """Opened sources; beyond a limit of memory, those not used for longest are dropped.

    Args:
        limit_bytes: Host memory that decoded images may fill.
    """

    def __init__(self, limit_bytes: int = 4 << 30) -> None:
        self._limit_bytes = limit_bytes
        self._sources: dict[SourceSpec, ImageSource] = {}

    def open(self, spec: SourceSpec) -> ImageSource:
        """Opens a source; tasks that share a source share its images.

        Raises:
            SidecarError: As in `open_source`.
        """
        source = self._sources.pop(spec, None) or open_source(spec)
        while self._sources and self._nbytes() + source.nbytes > self._limit_bytes:
            del self._sources[next(iter(self._sources))]
        self._sources[spec] = source
        return source

    def _nbytes(self) -> int:
        return sum(source.nbytes for source in self._sources.values())


def open_task(task: TaskSpec, cache: DataCache) -> Dataset:
    """Opens the data of a task; its images are read when a split is asked for.

    Raises:
        SidecarError: As in `open_source`.
    """
    return Dataset(task, cache.open(task.source))
