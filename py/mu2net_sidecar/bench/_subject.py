"""Vision Transformers and their children, at the sizes that the rows measure."""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mu2net_sidecar.engine import Child, HostParams, Optimizer, PathComponent
from mu2net_sidecar.model import Architecture, initialise

ALWAYS_TRAINABLE = ("encoder_norm", "head")
UNREACHABLE = 2.0
"""A quality bar that no accuracy reaches: no snapshot of such a child is taken."""
SGD = Optimizer(
    learning_rate=0.01, schedule="cosine", warmup_ratio=0.1, momentum=0.9, nesterov=False
)
NUM_CLASSES = 10
ADAPTER_DIM = 32
NOISE = np.float32(0.02)


@dataclass(frozen=True)
class Subject:
    """A model at an image size and a batch size.

    Attributes:
        name: e.g. `Ti/16×12`: width, patch size and number of encoder blocks.
        architecture: sizes of its components.
        depth: encoder blocks.
        batch_size: images per batch.
    """

    name: str
    architecture: Architecture
    depth: int
    batch_size: int

    def __str__(self) -> str:
        return f"{self.name}, {self.architecture.image_size} px, batch {self.batch_size}"

    def names(self, adapters: Collection[int] = ()) -> list[str]:
        """Components of a path in forward order; `adapters` are the layers that have one."""
        blocks = [
            name
            for layer in range(self.depth)
            for name in (
                *([f"residual_adapter_{layer}"] if layer in adapters else []),
                f"encoderblock_{layer}",
            )
        ]
        return ["embedding", "cls", "posembed_input", *blocks, *ALWAYS_TRAINABLE]


def vit(size: str, depth: int, image_size: int, batch_size: int) -> Subject:
    """A ViT of a published width: Ti, B or L, with patches of 16 pixels."""
    hidden, heads = {"Ti": (192, 3), "B": (768, 12), "L": (1024, 16)}[size]
    architecture = Architecture(16, hidden, 4 * hidden, heads, image_size, NUM_CLASSES, ADAPTER_DIM)
    return Subject(f"{size}/16×{depth}", architecture, depth, batch_size)


TINY = Subject("tiny×2", Architecture(4, 16, 32, 2, 8, NUM_CLASSES, 8), 2, 8)
"""Too small to measure anything on."""


class Root:
    """The parameters that the children of a subject start from, in host memory."""

    def __init__(self, subject: Subject, seed: int) -> None:
        self.subject = subject
        self._seed = seed
        self._params: dict[str, HostParams] = {}

    def params(self, name: str, num_classes: int = NUM_CLASSES) -> HostParams:
        """Fresh parameters plus noise, because in a trained model no array is all zero."""
        key = f"{name} of {num_classes} classes" if name == "head" else name
        if key not in self._params:
            architecture = replace(self.subject.architecture, num_classes=num_classes)
            noise = np.random.default_rng((self._seed, zlib.crc32(key.encode())))
            self._params[key] = {
                param: array + NOISE * noise.standard_normal(array.shape, np.float32)
                for param, array in initialise(name, architecture, self._seed).items()
            }
        return self._params[key]

    def child(
        self,
        trainable: Collection[str],
        *,
        adapters: Collection[int] = (),
        optimizer: Optimizer = SGD,
        num_classes: int = NUM_CLASSES,
        quality_bar: float | None = UNREACHABLE,
    ) -> Child:
        """A child that trains some components of the root."""
        names = self.subject.names(adapters)
        params = {name: self.params(name, num_classes) for name in names}
        return Child(
            path_id=0,
            num_classes=num_classes,
            components=[
                PathComponent(
                    name=name,
                    load=partial(params.__getitem__, name),
                    key=f"{self.subject} {name}",
                    trainable=name in trainable,
                )
                for name in names
            ],
            optimizer=optimizer,
            quality_bar=quality_bar,
        )


def mask(
    names: Collection[str], mutation_probability: float, draw: np.random.Generator
) -> set[str]:
    """Draws which components of a task's first child train: clones, and the always trainable."""
    return {
        name for name in names if draw.random() < mutation_probability or name in ALWAYS_TRAINABLE
    }


def random_optimizer(draw: np.random.Generator) -> Optimizer:
    """Draws hyperparameters from the published ranges."""
    return Optimizer(
        learning_rate=float(draw.choice([0.001, 0.002, 0.005, 0.01, 0.02, 0.05])),
        schedule=("constant", "cosine", "linear", "restarts")[draw.integers(4)],
        warmup_ratio=float(draw.choice([0.01, 0.05, 0.1, 0.2])),
        momentum=(None, 0.5, 0.8, 0.9, 0.95)[draw.integers(5)],
        nesterov=bool(draw.random() < 0.5),
    )
