"""Row 9: what a validation fetches from the device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import jax
import numpy as np

from mu2net_sidecar.bench.record import Record, absolute, at_most
from mu2net_sidecar.bench.row import Row
from mu2net_sidecar.bench.setting import Setting
from mu2net_sidecar.bench.source import Synthetic
from mu2net_sidecar.bench.subject import TINY, Root, mask, vit
from mu2net_sidecar.bench.timing import Trainer, finish, trainer_of
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
        9,
        "bytes from device to host per validation",
        ours / BUDGET.validations,
        baseline.bytes_to_host / BUDGET.validations,
        at_most(1024),
        "bytes",
        f"{subject}; µ = .2; all steps and {BUDGET.validations} validations of a retained child",
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
    """The distinct device arrays whose values Python asks for, through any usual door."""
    read: dict[int, jax.Array] = {}

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(value: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            for leaf in jax.tree.leaves(value):
                if isinstance(leaf, jax.Array):
                    read[id(leaf)] = leaf
            return function(value, *args, **kwargs)

        return noted

    array_type = type(jax.device_put(np.zeros(1)))
    doors = {
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
        for owner, names in doors.items():
            for name in names:
                door = noting(getattr(owner, name))
                patched.enter_context(mock.patch.object(owner, name, door))
        yield read


ROW = Row(9, measure)
