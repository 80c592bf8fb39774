"""Inspects the data of a task."""

from __future__ import annotations

from mu2net_sidecar.data import SourceFacts, inspect_source
from mu2net_sidecar.service.handlers._resources import Resources
from mu2net_sidecar.service.translate import source_of
from mu2net_sidecar.wire import requests, values


def inspect(request: requests.InspectRequest, resources: Resources) -> requests.InspectResult:
    """Opens and checks the data of a task; without splits, looks only at its source.

    Raises:
        SidecarError: the data are missing or corrupt.
    """
    task = request.task
    if task.splits is None:
        facts = inspect_source(source_of(task.source))
        return requests.InspectResult(
            num_classes=facts.num_classes if task.num_classes is None else task.num_classes,
            class_names=None if facts.class_names is None else list(facts.class_names),
            base_splits=_base_splits_of(facts),
            examples=None,
        )
    dataset = resources.open(values.Task(task.name, task.source, task.splits, task.num_classes))
    examples = requests.SplitExamples(
        len(dataset.train), len(dataset.validation), len(dataset.test)
    )
    return requests.InspectResult(
        num_classes=dataset.num_classes,
        class_names=dataset.class_names,
        base_splits=_base_splits_of(resources.data.open(source_of(task.source)).facts),
        examples=examples,
    )


def _base_splits_of(facts: SourceFacts) -> list[requests.BaseSplit]:
    return [requests.BaseSplit(name, examples) for name, examples in facts.base_splits.items()]
