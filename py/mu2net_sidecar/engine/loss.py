"""Programs on logits: the gradient of the loss, and which predictions are correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Bool, Float, Int

UNLABELLED = -1
"""Label of an example that only fills a batch."""


def _masked(logits: Array, num_classes: Array) -> Array:
    """Logits in float32, −∞ where a padded head has no class."""
    return jnp.where(jnp.arange(logits.shape[-1]) < num_classes, logits, -jnp.inf).astype("float32")


@jax.jit
def loss_gradient(
    logits: Float[Array, "batch bucket"], labels: Int[Array, " batch"], num_classes: Int[Array, ""]
) -> Float[Array, "batch bucket"]:
    """Gradient of the mean softmax cross-entropy: (softmax(logits) − one-hot) / batch."""
    probabilities = jax.nn.softmax(_masked(logits, num_classes))
    target = jax.nn.one_hot(labels, logits.shape[-1])
    return ((probabilities - target) / logits.shape[0]).astype(logits.dtype)


@jax.jit
def judge(
    logits: Float[Array, "batch bucket"], labels: Int[Array, " batch"], num_classes: Int[Array, ""]
) -> Bool[Array, "3 batch"]:
    """Of each example: is its prediction correct, does it count, and are its logits not finite."""
    labelled = labels != UNLABELLED
    correct = jnp.argmax(_masked(logits, num_classes), -1) == labels
    broken = ~jnp.isfinite(logits).all(-1)
    return jnp.stack([correct, labelled, broken & labelled])


@jax.jit
def count(
    tally: Int[Array, " 3"],
    logits: Float[Array, "batch bucket"],
    labels: Int[Array, " batch"],
    num_classes: Int[Array, ""],
) -> Int[Array, " 3"]:
    """Adds a batch to (correct predictions, examples, examples with logits that are not finite)."""
    return tally + judge(logits, labels, num_classes).sum(-1)
