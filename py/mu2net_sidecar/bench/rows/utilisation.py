"""Row 5: the share of a step that its matrix products take."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import jax.numpy as jnp

from mu2net_sidecar.bench._pairs import alternate, seconds
from mu2net_sidecar.bench._products import flops_of, products_of, run
from mu2net_sidecar.bench._record import Metric, Record, absolute, at_least, paired
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench._source import Synthetic
from mu2net_sidecar.bench._subject import TINY, Root, Subject, mask, vit
from mu2net_sidecar.bench._timing import Stretches, steps_lasting, trainer_of
from mu2net_sidecar.bench.baseline import Model
from mu2net_sidecar.engine import Child
from mu2net_sidecar.model import kinds_of

PEAK_TFLOPS = {"H200": 989, "H100": 989, "A100": 312, "v4": 275, "v5 lite": 197, "v5p": 459}
"""Dense bf16 peaks by a part of the device's name, as their makers state them."""


def measure(setting: Setting) -> Iterator[Record]:
    """Times steps against nothing but the matrix products that these steps need."""
    for subject in setting.choose(
        cpu=[vit("Ti", 12, 32, 256), vit("B", 12, 64, 8), vit("L", 24, 64, 4)],
        accelerator=[vit("L", 24, 224, 64), vit("L", 24, 384, 64)],
        quick=[TINY],
    ):
        yield from _measured(setting, subject)


def _measured(setting: Setting, subject: Subject) -> Iterator[Record]:
    root, draw = Root(subject, setting.seed), setting.draws(5)
    source = Synthetic(subject, draw)
    child = root.child(mask(subject.names(), 0.2, draw))
    needed = products_of(*_gradient(setting, child, source))
    rounds = setting.choose(cpu=7, accelerator=7, quick=2)
    training = trainer_of(setting.engine), child, source
    steps = steps_lasting(setting.choose(cpu=1.5, accelerator=3.0, quick=0.0), training)
    ours = Stretches(training, steps, rounds + 1)
    pairs = alternate(
        rounds,
        ours.step_seconds,
        lambda: seconds(lambda: [run(needed) for _ in range(steps)]) / steps,
    )
    flops = flops_of(needed)
    share = Metric(
        5,
        "share of the needed matrix products in a step, their time alone ÷ ours",
        setting.goal(cpu=at_least(0.6), accelerator=None),
        "s",
    )
    detail = f"{subject}; µ = .2; {flops / 1e9:.1f} GFLOP needed per step"
    yield paired(share, pairs, detail, inverse=True)
    kind = jax.devices()[0].device_kind
    peak = next((tflops for part, tflops in PEAK_TFLOPS.items() if part in kind), None)
    if peak is not None:
        step = sorted(pairs.ours)[rounds // 2]
        yield absolute(
            Metric(5, "model FLOP utilisation, needed FLOPs only", at_least(0.45), "of peak"),
            flops / step / (peak * 1e12),
            f"{subject}; µ = .2; peak {peak} TFLOP/s in bf16",
        )


def _gradient(setting: Setting, child: Child, source: Synthetic) -> tuple:
    """The gradient of a child's loss by its trainable parameters, and arguments of the gradient.

    The last encoder block has to compute only the class token, so only that is counted.
    """
    names = tuple(component.name for component in child.components)
    params = {
        component.name: {name: jnp.asarray(array) for name, array in component.load().items()}
        for component in child.components
    }
    trainable = {c.name: params.pop(c.name) for c in child.components if c.trainable}
    model = Model(names, setting.precision, kinds=kinds_of)
    return jax.grad(model.loss), trainable, params, *source.train_batch(0)


ROW = Row(5, measure)
