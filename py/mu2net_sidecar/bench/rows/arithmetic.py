"""Row 12: the engine computes what the baseline computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from mu2net_sidecar.bench._record import Metric, Record, absolute, at_most
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._source import Synthetic
from mu2net_sidecar.bench._subject import TINY, Root, mask, random_optimizer, vit
from mu2net_sidecar.bench._timing import finish, trainer_of
from mu2net_sidecar.engine import Budget, TrainedComponent

BUDGET = Budget(20, 1)
"""One validation, at the end: the best snapshot is that of the last step."""


def measure(setting: Setting) -> Iterator[Record]:
    """Compares the parameters of random children after 20 steps."""
    subject = setting.choose(
        cpu=vit("Ti", 12, 32, 16), accelerator=vit("L", 24, 224, 16), quick=TINY
    )
    root, draw = Root(subject, setting.seed), setting.draws(12)
    children = setting.choose(cpu=4, accelerator=2, quick=2)
    distances = []
    for _ in range(children):
        num_classes = int(draw.choice([7, 10, 21]))
        source = Synthetic(subject, draw, num_classes=num_classes)
        child = root.child(
            mask(subject.names(), 0.3, draw),
            optimizer=random_optimizer(draw),
            num_classes=num_classes,
            quality_bar=None,
        )
        ours = finish(trainer_of(setting.engine)(child, source, BUDGET)).best or {}
        theirs = finish(setting.baseline().train(child, source, BUDGET)).best or {}
        distances.append(distance(ours, theirs))
    metric = Metric(
        12,
        "parameters after 20 steps, largest relative distance to the baseline's",
        setting.goal(cpu=at_most(1e-5), accelerator=None),
        "relative",
    )
    yield absolute(
        metric,
        max(distances),
        f"{subject}; {children} random children; |ours − baseline| ÷ |baseline| of all that one "
        f"trains, in {setting.precision.name}",
    )


def distance(ours: Mapping[str, TrainedComponent], theirs: Mapping[str, TrainedComponent]) -> float:
    """Returns |ours − theirs| ÷ |theirs| of all that two children trained, each as one vector.

    For a small component alone, this would show the rounding of its bfloat16 momentum: one element
    that rounds the other way moves a parameter by up to 2⁻⁹ of the last step.
    """
    a, b = _flat(ours), _flat(theirs)
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def _flat(components: Mapping[str, TrainedComponent]) -> np.ndarray:
    arrays = [
        component.params[name]
        for _, component in sorted(components.items())
        for name in sorted(component.params)
    ]
    return np.concatenate([np.ravel(array).astype(np.float64) for array in arrays])


ROW = Row(12, measure)
