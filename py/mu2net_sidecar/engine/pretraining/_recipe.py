"""The recipe of pretraining: AdamW with warm-up and cosine decay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import jax

from mu2net_sidecar.engine.device import Arrays

if TYPE_CHECKING:
    import optax

MAX_NORM = 1.0


@dataclass(frozen=True)
class Recipe:
    """How a root model trains.

    Attributes:
        steps: T, training steps in all.
        learning_rate: η, at the end of the warm-up.
        warmup_steps: steps in which the learning rate rises to η from zero.
        weight_decay: λ, of matrices; norms, biases and embeddings do not decay.
        label_smoothing: ε, the share of the target that all classes divide among themselves.
    """

    steps: int
    learning_rate: float
    warmup_steps: int
    weight_decay: float
    label_smoothing: float

    def optimizer(self) -> optax.GradientTransformation:
        """AdamW (Loshchilov and Hutter, 2019), after a clip by global norm."""
        import optax

        schedule = optax.warmup_cosine_decay_schedule(
            0.0, self.learning_rate, self.warmup_steps, max(self.steps, self.warmup_steps + 1)
        )
        adamw = optax.adamw(schedule, weight_decay=self.weight_decay, mask=_decays)
        return optax.chain(optax.clip_by_global_norm(MAX_NORM), adamw)


def _decays(params: dict[str, Arrays]) -> dict[str, dict[str, bool]]:
    return {
        component: {name: name.endswith("kernel") for name in arrays}
        for component, arrays in params.items()
    }


def smoothed_loss(
    logits: jax.Array, labels: jax.Array, num_classes: int, label_smoothing: float
) -> jax.Array:
    """Returns the mean cross-entropy with smoothed labels (Szegedy et al., 2016)."""
    import optax

    targets = optax.smooth_labels(jax.nn.one_hot(labels, num_classes), label_smoothing)
    return optax.softmax_cross_entropy(logits[:, :num_classes], targets).mean()
