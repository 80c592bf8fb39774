"""A path as one function of all its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import jax
import jax.numpy as jnp
import optax

from mu2net_sidecar.engine import Precision
from mu2net_sidecar.model import kind_of
from mu2net_sidecar.model.attention import Attention

Model = Mapping[str, Mapping[str, jax.Array]]
"""Parameters by component, in forward order where it matters."""


def logits(
    names: tuple[str, ...],
    precision: Precision,
    model: Model,
    x: jax.Array,
    attention: Attention = "xla",
) -> jax.Array:
    """The logits of images x; `names` are the components in forward order."""
    for name in names:
        kind = kind_of(name)
        apply = partial(kind.apply, attention=attention) if kind.attends else kind.apply
        x = apply(jax.tree.map(precision.cast, model[name]), precision.cast(x))
    return x.astype(jnp.float32)


def loss(
    names: tuple[str, ...],
    precision: Precision,
    trainable: Model,
    frozen: Model,
    images: jax.Array,
    labels: jax.Array,
    attention: Attention = "xla",
) -> jax.Array:
    """Mean softmax cross-entropy, to be differentiated by `trainable`."""
    scores = logits(names, precision, {**frozen, **trainable}, images, attention)
    target = jax.nn.one_hot(labels, scores.shape[-1])
    return optax.softmax_cross_entropy(scores, target).mean()


@partial(jax.jit, static_argnums=(0, 1, 5))
def correct(
    names: tuple[str, ...],
    precision: Precision,
    model: Model,
    images: jax.Array,
    labels: jax.Array,
    attention: Attention = "xla",
) -> jax.Array:
    """Number of correct predictions; compiled once per architecture, not per child."""
    return (logits(names, precision, model, images, attention).argmax(-1) == labels).sum()
