"""Programs on logits: the gradient of the loss, and which predictions are correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from mu2net_sidecar.engine.device import UNLABELLED

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Bool, Float, Int


def _mask(
    logits: Float[Array, "batch bucket"], num_classes: Int[Array, ""]
) -> Float[Array, "batch bucket"]:
    """Returns the logits in f32, −∞ where a padded head has no class."""
    known = jnp.arange(logits.shape[-1]) < num_classes
    return jnp.where(known[None], logits, -jnp.inf).astype("float32")


@jax.jit
def loss_gradient(
    logits: Float[Array, "batch bucket"], labels: Int[Array, " batch"], num_classes: Int[Array, ""]
) -> Float[Array, "batch bucket"]:
    """Gradient of the mean softmax cross-entropy by the logits (method §5).

    For L = −1/n · Σ_b log p_b[t_b] with p = softmax(z), the gradient is
    ∂L/∂z_bc = (p_bc − [c = t_b]) / n (Bridle, 1990).

    Args:
        logits: z; `bucket` classes, those from `num_classes` on are padding with p = 0.
        labels: t, each below `num_classes`.
        num_classes: classes of the task, a traced scalar.
    """
    probabilities = jax.nn.softmax(_mask(logits, num_classes))
    target = jax.nn.one_hot(labels, logits.shape[-1])
    return ((probabilities - target) / logits.shape[0]).astype(logits.dtype)


@jax.jit
def judge(
    logits: Float[Array, "batch bucket"], labels: Int[Array, " batch"], num_classes: Int[Array, ""]
) -> Bool[Array, "3 batch"]:
    """Judges each example: is its prediction correct, is it labelled, are its logits not finite.

    An unlabelled example is neither correct nor counted as not finite.
    """
    labelled = labels != UNLABELLED
    correct = jnp.argmax(_mask(logits, num_classes), -1) == labels
    broken = ~jnp.isfinite(logits).all(-1)
    return jnp.stack([correct, labelled, broken & labelled])


@jax.jit
def predict(
    logits: Float[Array, "batch bucket"], labels: Int[Array, " batch"], num_classes: Int[Array, ""]
) -> tuple[Int[Array, " batch"], Float[Array, "2 batch"]]:
    """Returns the prediction of each example, its probability, and the probability of its label.

    The second probability of an unlabelled example means nothing.
    """
    known = _mask(logits, num_classes)
    probabilities = jax.nn.softmax(known)
    target = jnp.maximum(labels, 0)[:, None]
    own = jnp.take_along_axis(probabilities, target, axis=-1)[:, 0]
    return jnp.argmax(known, -1), jnp.stack([probabilities.max(-1), own])


@jax.jit
def count_predictions(
    counts: Int[Array, " 3"],
    logits: Float[Array, "batch bucket"],
    labels: Int[Array, " batch"],
    num_classes: Int[Array, ""],
) -> Int[Array, " 3"]:
    """Adds a batch to (correct predictions, examples, examples with logits that are not finite)."""
    return counts + judge(logits, labels, num_classes).sum(-1)
