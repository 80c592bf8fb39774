"""A path as one function of all its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import optax

from mu2net_sidecar.engine import Precision
from mu2net_sidecar.model import Attention, ComponentKind, kind_of

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float, Int

Params = Mapping[str, Mapping[str, jax.Array]]
"""Parameters by component."""

Kinds = Callable[[Sequence[str]], Sequence[ComponentKind]]
"""The kinds of a path's components."""


def same_everywhere(names: Sequence[str]) -> list[ComponentKind]:
    """The kinds of components, wherever they stand: what the published code computes."""
    return [kind_of(name) for name in names]


@dataclass(frozen=True)
class Model:
    """A whole path, unrolled.

    Attributes:
        names: names of the components, in forward order.
        precision: number formats.
        attention: implementation of attention.
        kinds: gives the form of each component.
    """

    names: tuple[str, ...]
    precision: Precision
    attention: Attention = "xla"
    kinds: Kinds = same_everywhere

    def logits(
        self, params: Params, x: Float[Array, "batch height width 3"]
    ) -> Float[Array, "batch classes"]:
        """The logits of images, f32."""
        for name, kind in zip(self.names, self.kinds(self.names), strict=True):
            apply = partial(kind.apply, attention=self.attention) if kind.attends else kind.apply
            x = apply(jax.tree.map(self.precision.cast, params[name]), self.precision.cast(x))
        return x.astype(jnp.float32)

    def loss(
        self,
        trainable: Params,
        frozen: Params,
        images: Float[Array, "batch height width 3"],
        labels: Int[Array, " batch"],
    ) -> Float[Array, ""]:
        """Mean softmax cross-entropy, to be differentiated by `trainable`."""
        scores = self.logits({**frozen, **trainable}, images)
        target = jax.nn.one_hot(labels, scores.shape[-1])
        return optax.softmax_cross_entropy(scores, target).mean()

    @partial(jax.jit, static_argnums=0)
    def count_correct(
        self,
        params: Params,
        images: Float[Array, "batch height width 3"],
        labels: Int[Array, " batch"],
    ) -> Int[Array, ""]:
        """Number of correct predictions; compiled once per architecture, not per child."""
        return (self.logits(params, images).argmax(-1) == labels).sum()
