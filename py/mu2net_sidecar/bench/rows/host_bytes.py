"""Row 9: bytes that a validation fetches from the device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import jax
import numpy as np

from mu2net_sidecar.bench._record import Metric, Record, absolute, at_most
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._source import Synthetic
from mu2net_sidecar.bench._subject import TINY, Root, mask, vit
from mu2net_sidecar.bench._timing import Trainer, finish, trainer_of
from mu2net_sidecar.engine import Budget, Child, Progress

BUDGET = Budget(2, 3)


def measure(setting: Setting) -> Iterator[Record]:
    """Counts the bytes of device arrays that are read while a child trains and validates."""
    subject = setting.choose(cpu=vit("B", 12, 64, 8), accelerator=vit("L", 24, 384, 64), quick=TINY)
    root, draw = Root(subject, setting.seed), setting.draws(9)
    source = Synthetic(subject, draw, validation_batches=3)
    child = root.child(mask(subject.names(), 0.2, draw), quality_bar=None)
    ours = _bytes_to_host(trainer_of(setting.engine), child, source)
    baseline = setting.baseline()
    finish(baseline.train(child, source, BUDGET))
    yield absolute(
        Metric(9, "bytes from device to host per validation", at_most(1024), "bytes"),
        ours / BUDGET.validations,
        f"{subject}; µ = .2; all steps and {BUDGET.validations} validations of a retained child",
        baseline.bytes_to_host / BUDGET.validations,
    )


def _bytes_to_host(train: Trainer, child: Child, source: Synthetic) -> int:
    """Bytes read up to the last validation; the best snapshot is fetched once, after it."""
    with reads() as read:
        for event in train(child, source, BUDGET):
            if isinstance(event, Progress) and len(event.qualities) == BUDGET.validations:
                break
    return sum(array.nbytes for array in read.values())


@contextmanager
def reads() -> Iterator[dict[int, jax.Array]]:
    """Collects the distinct device arrays whose values Python reads, in any of the usual ways."""
    read: dict[int, jax.Array] = {}

    def watch(function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(value: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            for leaf in jax.tree.leaves(value):
                if isinstance(leaf, jax.Array):
                    read[id(leaf)] = leaf
            return function(value, *args, **kwargs)

        return watched

    array_type = type(jax.device_put(np.zeros(1)))
    readers = {
        np: ("asarray", "array", "ascontiguousarray", "copy"),
        jax: ("device_get",),
        array_type: (
            "__array__",
            "__float__",
            "__int__",
            "__bool__",
            "__index__",
            "item",
            "tolist",
        ),
    }
    with ExitStack() as patched:
        for owner, names in readers.items():
            for name in names:
                reader = watch(getattr(owner, name))
                patched.enter_context(mock.patch.object(owner, name, reader))
        yield read


ROW = Row(9, measure)
