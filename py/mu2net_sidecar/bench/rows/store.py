"""Row 10: loading and storing components."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.bench._pairs import alternate, seconds
from mu2net_sidecar.bench._record import (
    Metric,
    Record,
    absolute,
    at_least,
    at_most,
    paired,
    skipped,
)
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._subject import TINY, Root, vit

LOAD = Metric(10, "warm load of a model onto the device, Orbax ÷ ours", at_least(5), "s")
FIRST = Metric(
    10,
    "the same when this process has verified no byte before, Orbax ÷ ours",
    at_least(5),
    "s",
)
WRITE = Metric(10, "bytes written ÷ bytes trained", at_most(1.05), "bytes/byte")

Model = Mapping[str, Mapping[str, np.ndarray]]


def measure(setting: Setting) -> Iterator[Record]:
    """Stores a model, measures the files, and loads it as the store and as Orbax do."""
    try:
        from mu2net_sidecar.store import Store
    except ImportError as error:
        for metric in (WRITE, LOAD, FIRST):
            yield skipped(metric, f"the store needs {error.name}")
        return
    subject = setting.choose(cpu=vit("B", 12, 64, 8), accelerator=vit("L", 24, 384, 64), quick=TINY)
    root = Root(subject, setting.seed)
    model = {name: dict(root.params(name)) for name in subject.names()}
    nbytes = sum(array.nbytes for params in model.values() for array in params.values())
    size = f"{subject.name}, {nbytes / 1e6:.0f} MB"
    with tempfile.TemporaryDirectory() as folder:
        url = f"{folder}/store"
        store = Store(url)
        digests = {name: store.put(params) for name, params in model.items()}
        written = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        yield absolute(WRITE, written / nbytes, f"{size} in {len(model)} components")

        def load(store: Store) -> object:
            store.verify(digests.values())
            return {name: jax.device_put(store.get(digest)) for name, digest in digests.items()}

        orbax = _orbax(model, f"{folder}/orbax")
        for metric, ours, detail in (
            (LOAD, lambda: load(store), "ours hashed every byte earlier in this process"),
            (FIRST, lambda: load(Store(url)), "ours hashes every byte"),
        ):
            if orbax is None:
                yield skipped(metric, "Orbax is not installed")
                continue
            pairs = alternate(
                setting.choose(cpu=7, accelerator=5, quick=2),
                lambda ours=ours: seconds(lambda: _read(ours())),
                lambda: seconds(lambda: _read(orbax())),
            )
            sides = "the device then reads every byte once, on both sides"
            yield paired(metric, pairs, f"{size}; {sides}; {detail}", inverse=True)


def _orbax(model: Model, folder: str) -> Callable[[], object] | None:
    """Saves a model with Orbax and returns its loader; None where Orbax is not installed."""
    try:
        import orbax.checkpoint as ocp  # pyright: ignore[reportMissingImports]
    except ImportError:
        return None
    checkpointer = ocp.StandardCheckpointer()
    checkpointer.save(folder, jax.device_put(model))
    checkpointer.wait_until_finished()
    shapes = jax.tree.map(lambda array: jax.ShapeDtypeStruct(array.shape, array.dtype), model)
    return lambda: checkpointer.restore(folder, shapes)


@jax.jit
def _sums(arrays: object) -> object:
    return jax.tree.map(jnp.sum, arrays)


def _read(arrays: object) -> object:
    """Has the device read all of the arrays, because only then are mapped arrays in memory."""
    return jax.block_until_ready(_sums(arrays))


ROW = Row(10, measure)
