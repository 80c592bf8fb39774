"""A ViT that is small enough to train in a test, and batches for it."""

from dataclasses import replace

import jax
import numpy as np

from mu2net_sidecar.engine import Child, Optimizer, PathComponent
from mu2net_sidecar.model import Architecture, initialise

TINY = Architecture(
    patch_size=4,
    hidden_size=16,
    mlp_dim=32,
    num_heads=2,
    image_size=8,
    num_classes=10,
    adapter_dim=8,
)
SGD = Optimizer(
    learning_rate=0.1, schedule="cosine", warmup_ratio=0.1, momentum=0.9, nesterov=False
)


def names_of(layers, adapters=()):
    """Returns component names of a path in forward order; `adapters` are layers with an adapter."""
    blocks = [
        name
        for layer in range(layers)
        for name in (
            *([f"residual_adapter_{layer}"] if layer in adapters else []),
            f"encoderblock_{layer}",
        )
    ]
    return ["embedding", "cls", "posembed_input", *blocks, "encoder_norm", "head"]


def model_of(names, num_classes=TINY.num_classes, seed=0, architecture=TINY):
    """Returns parameters of all components, with noise for zeros so that no gradient is zero."""
    architecture = replace(architecture, num_classes=num_classes)
    noise = np.random.default_rng(seed)
    return {
        name: {
            param: (array + 0.05 * noise.standard_normal(array.shape)).astype(np.float32)
            for param, array in initialise(name, architecture, seed).items()
        }
        for name in names
    }


def child_of(model, trainable, optimizer=SGD, traces=None, path_id=7, quality_bar=None):
    """Returns a child that trains some components of a model."""
    return Child(
        path_id=path_id,
        num_classes=len(model["head"]["bias"]),
        components=[
            PathComponent(
                name=name,
                load=lambda name=name: model[name],
                key=name,
                trainable=name in trainable,
                load_trace=None if traces is None else lambda name=name: traces[name],
            )
            for name in model
        ],
        optimizer=optimizer,
        quality_bar=quality_bar,
    )


class Batches:
    """A few random batches in a cycle; validates on the first ones."""

    def __init__(self, num_classes=TINY.num_classes, size=8, image_size=TINY.image_size, seed=0):
        draw = np.random.default_rng(seed)
        self.batches = [
            (
                jax.device_put(
                    draw.standard_normal((size, image_size, image_size, 3)).astype(np.float32)
                ),
                jax.device_put(draw.integers(0, num_classes, size).astype(np.int32)),
            )
            for _ in range(4)
        ]

    def train_batch(self, step):
        return self.batches[step % len(self.batches)]

    def validation_batches(self):
        return self.batches[:2]
