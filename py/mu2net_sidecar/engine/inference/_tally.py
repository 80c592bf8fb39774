"""The outcome of an evaluation in three counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Int


@dataclass(frozen=True)
class Tally:
    """Correct predictions among all examples, and whether all logits were finite."""

    correct: int
    total: int
    finite: bool

    @property
    def quality(self) -> float:
        """Top-1 accuracy, in [0, 1]."""
        return self.correct / self.total


def read_tally(counts: Int[Array, " 3"] | Int[np.ndarray, " 3"]) -> Tally:
    """Fetches the counts of `count_predictions`: 12 bytes.

    Raises:
        ValueError: there was no example.
    """
    correct, total, broken = (int(n) for n in np.asarray(counts))
    if total == 0:
        raise ValueError("there are no examples to evaluate on")
    return Tally(correct, total, finite=broken == 0)
