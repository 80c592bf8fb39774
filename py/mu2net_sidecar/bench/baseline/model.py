"""A path as one function of all its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import jax
import jax.numpy as jnp
import optax

from mu2net_sidecar.engine import Precision
from mu2net_sidecar.model import ComponentKind, kind_of
from mu2net_sidecar.model.attention import Attention

Model = Mapping[str, Mapping[str, jax.Array]]
"""Parameters by component, in forward order where it matters."""


Kinds = Callable[[Sequence[str]], Sequence[ComponentKind]]
"""The kinds of a path's components."""


def everywhere_alike(names: Sequence[str]) -> list[ComponentKind]:
    """The kinds of components, wherever they stand: what the published code computes."""
    return [kind_of(name) for name in names]


def logits(
    names: tuple[str, ...],
    precision: Precision,
    model: Model,
    x: jax.Array,
    attention: Attention = "xla",
    kinds: Kinds = everywhere_alike,
) -> jax.Array:
    """The logits of images x; `names` are the components in forward order."""
    for name, kind in zip(names, kinds(names), strict=True):
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
    kinds: Kinds = everywhere_alike,
) -> jax.Array:
    """Mean softmax cross-entropy, to be differentiated by `trainable`."""
    scores = logits(names, precision, {**frozen, **trainable}, images, attention, kinds)
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
