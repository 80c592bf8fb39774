"""A path as one function of all its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import jax
import jax.numpy as jnp
import optax

from mu2net_sidecar.engine import Precision
from mu2net_sidecar.model import kind_of

Model = Mapping[str, Mapping[str, jax.Array]]
"""Parameters by component, in forward order where it matters."""


def logits(names: tuple[str, ...], precision: Precision, model: Model, x: jax.Array) -> jax.Array:
    """The logits of images x; `names` are the components in forward order."""
    for name in names:
        x = kind_of(name).apply(jax.tree.map(precision.cast, model[name]), precision.cast(x))
    return x.astype(jnp.float32)


def loss(
    names: tuple[str, ...],
    precision: Precision,
    trainable: Model,
    frozen: Model,
    images: jax.Array,
    labels: jax.Array,
) -> jax.Array:
    """Mean softmax cross-entropy, to be differentiated by `trainable`."""
    scores = logits(names, precision, {**frozen, **trainable}, images)
    target = jax.nn.one_hot(labels, scores.shape[-1])
    return optax.softmax_cross_entropy(scores, target).mean()


@partial(jax.jit, static_argnums=(0, 1))
def correct(
    names: tuple[str, ...],
    precision: Precision,
    model: Model,
    images: jax.Array,
    labels: jax.Array,
) -> jax.Array:
    """Number of correct predictions; compiled once per architecture, not per child."""
    return (logits(names, precision, model, images).argmax(-1) == labels).sum()
