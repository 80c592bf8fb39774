"""Row 10: loading and storing components."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import jax
import numpy as np

from mu2net_sidecar.bench.record import Record, absolute, at_least, at_most, paired, skipped
from mu2net_sidecar.bench.row import Row
from mu2net_sidecar.bench.setting import Setting
from mu2net_sidecar.bench.subject import TINY, Root, vit
from mu2net_sidecar.bench.timing import alternate, seconds

LOAD = "warm load of a model's components onto the device, Orbax ÷ ours"
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
        yield skipped(10, LOAD, ATLEAST_FASTER, "s", reason)
        yield skipped(10, WRITE, OVERHEAD, "bytes", reason)
        return
    subject = setting.choose(cpu=vit("B", 12, 64, 8), accelerator=vit("L", 24, 384, 64), quick=TINY)
    root = Root(subject, setting.seed)
    model = {name: dict(root.params(name)) for name in subject.names()}
    nbytes = sum(array.nbytes for params in model.values() for array in params.values())
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"{folder}/store")
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

        def load() -> object:
            loaded = {name: jax.device_put(store.get(digest)) for name, digest in digests.items()}
            return jax.block_until_ready(loaded)

        yield _against_orbax(setting, model, load, f"{folder}/orbax", nbytes)


def _against_orbax(
    setting: Setting, model: Model, load: Callable[[], object], folder: str, nbytes: int
) -> Record:
    try:
        import orbax.checkpoint as ocp  # pyright: ignore[reportMissingImports]
    except ImportError:
        return skipped(10, LOAD, ATLEAST_FASTER, "s", "Orbax is not installed")
    with ocp.StandardCheckpointer() as checkpointer:
        checkpointer.save(folder, jax.device_put(model))
        checkpointer.wait_until_finished()
        shapes = jax.tree.map(lambda array: jax.ShapeDtypeStruct(array.shape, array.dtype), model)
        pairs = alternate(
            setting.choose(cpu=5, accelerator=5, quick=2),
            lambda: seconds(load),
            lambda: seconds(lambda: jax.block_until_ready(checkpointer.restore(folder, shapes))),
        )
    return paired(
        10,
        LOAD,
        pairs.ours,
        pairs.baseline,
        pairs.inverse_ratios,
        ATLEAST_FASTER,
        "s",
        f"{nbytes / 1e6:.0f} MB; ours verifies every byte by sha256",
    )


ROW = Row(10, measure)
