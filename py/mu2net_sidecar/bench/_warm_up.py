"""Warm-up: trains the children that put every component kind in every role."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from mu2net_sidecar.bench._source import Synthetic
from mu2net_sidecar.bench._subject import NUM_CLASSES, Root, Subject
from mu2net_sidecar.engine import Budget, Child, Engine, train

ONE_STEP = Budget(1, 1)


def warm_up(engine: Engine, subject: Subject, class_counts: Sequence[int] = (NUM_CLASSES,)) -> None:
    """Compiles every program that children of a subject can need, as a run does: by training.

    Each child takes one step and one validation. They train on threads, because XLA compiles in
    parallel.
    """
    source = Synthetic(subject, np.random.default_rng(0), num_classes=1)

    def take_a_step(child: Child) -> None:
        for _ in train(engine, [child], source, ONE_STEP):
            pass

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(take_a_step, _children(subject, class_counts)))


def _children(subject: Subject, class_counts: Sequence[int]) -> Iterator[Child]:
    """Yields children that together put every kind in every form and role that a place allows.

    One trains everything, and one each component alone; on a path of two layers with adapters,
    because the last encoder block has programs of its own, and on a path without layers.
    """
    for depth in (2, 0):
        root, adapters = Root(replace(subject, depth=depth), 0), range(depth)
        names = root.subject.names(adapters)
        for num_classes in class_counts:
            for trainable in (names, *([name] for name in names)):
                yield root.child(
                    trainable, adapters=adapters, num_classes=num_classes, quality_bar=None
                )
