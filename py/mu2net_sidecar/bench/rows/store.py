"""Row 10: loading and storing components."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.bench.record import Record, absolute, at_least, at_most, paired, skipped
from mu2net_sidecar.bench.row import Row
from mu2net_sidecar.bench.setting import Setting
from mu2net_sidecar.bench.subject import TINY, Root, vit
from mu2net_sidecar.bench.timing import alternate, seconds

LOAD = "warm load of a model onto the device, Orbax ÷ ours"
FIRST = "the same when this process has verified no byte before, Orbax ÷ ours"
WRITE = "bytes written ÷ bytes trained"
ATLEAST_FASTER = at_least(5)
OVERHEAD = at_most(1.05)

Model = Mapping[str, Mapping[str, np.ndarray]]


def measure(setting: Setting) -> Iterator[Record]:
    """Stores a model, measures the files, and loads it as the store and as Orbax do."""
    try:
        from mu2net_sidecar.store import Store
    except ImportError as error:
        reason = f"the store needs {error.name}"
        yield skipped(10, WRITE, OVERHEAD, "bytes", reason)
        for metric in (LOAD, FIRST):
            yield skipped(10, metric, ATLEAST_FASTER, "s", reason)
        return
    subject = setting.choose(cpu=vit("B", 12, 64, 8), accelerator=vit("L", 24, 384, 64), quick=TINY)
    root = Root(subject, setting.seed)
    model = {name: dict(root.params(name)) for name in subject.names()}
    nbytes = sum(array.nbytes for params in model.values() for array in params.values())
    with tempfile.TemporaryDirectory() as folder:
        url = f"{folder}/store"
        store = Store(url)
        digests = {name: store.put(params) for name, params in model.items()}
        written = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        yield absolute(
            10,
            WRITE,
            written / nbytes,
            None,
            OVERHEAD,
            "bytes/byte",
            f"{subject.name}, {nbytes / 1e6:.0f} MB in {len(model)} components",
        )

        def load(store: Store) -> object:
            store.verify(digests.values())
            return {name: jax.device_put(store.get(digest)) for name, digest in digests.items()}

        orbax = _orbax(model, f"{folder}/orbax")
        for metric, ours, detail in (
            (LOAD, lambda: load(store), "ours hashed every byte earlier in this process"),
            (FIRST, lambda: load(Store(url)), "ours hashes every byte"),
        ):
            if orbax is None:
                yield skipped(10, metric, ATLEAST_FASTER, "s", "Orbax is not installed")
                continue
            pairs = alternate(
                setting.choose(cpu=7, accelerator=5, quick=2),
                lambda ours=ours: seconds(lambda: _read(ours())),
                lambda: seconds(lambda: _read(orbax())),
            )
            yield paired(
                10,
                metric,
                pairs.ours,
                pairs.baseline,
                pairs.inverse_ratios,
                ATLEAST_FASTER,
                "s",
                f"{subject.name}, {nbytes / 1e6:.0f} MB; the device then reads every byte once, on "
                f"both sides; {detail}",
            )


def _orbax(model: Model, folder: str) -> Callable[[], object] | None:
    """Loads a model that Orbax saved; None where Orbax is not installed."""
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
    """Has the device read all of the arrays: what is mapped is only then in memory for sure."""
    return jax.block_until_ready(_sums(arrays))


ROW = Row(10, measure)
