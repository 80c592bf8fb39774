"""Cache keys for batches: equal keys promise equal images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int


@dataclass(frozen=True)
class ExampleKeys:
    """Training examples that look the same in every epoch.

    Attributes:
        key: that of the set as a model sees it: equal keys promise equal images.
        count: examples in the set.
        of_step: indices of the examples in the batch of a step, each below `count`.
    """

    key: str
    count: int
    of_step: Callable[[int], Int[np.ndarray, " batch"]]


@dataclass(frozen=True)
class BatchKeys:
    """Cache keys for the batches of a source.

    Attributes:
        validation: key of the validation batches: equal keys promise equal images, batch by batch.
        train: keys of the training examples. None: augmentation changes them.
    """

    validation: str
    train: ExampleKeys | None
