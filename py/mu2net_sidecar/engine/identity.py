"""Names of what a source gives, by which what was computed of it is found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int


@dataclass(frozen=True)
class Examples:
    """Training examples that look the same whenever they are seen.

    Attributes:
        name: of the set as a model sees it: equal names, equal images.
        count: examples in the set.
        of_step: which examples the batch of a step has, each below `count`.
    """

    name: str
    count: int
    of_step: Callable[[int], Int[np.ndarray, " batch"]]


@dataclass(frozen=True)
class Identity:
    """What a source gives.

    Attributes:
        validation: name of the validation batches: equal names, equal images in equal batches.
        train: the training examples. None: they are augmented.
    """

    validation: str
    train: Examples | None
