"""A table on the device: the output of a prefix for each example of a set."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import jax
import numpy as np

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float, Int


class ExampleTable:
    """The output of a prefix for each example of a set, as far as it is known.

    Args:
        count: examples in the set.
        like: the output for a batch; gives shape and format of a row.
    """

    def __init__(self, count: int, like: Float[Array, " batch *rest"]) -> None:
        rows = np.zeros((count, *like.shape[1:]), like.dtype)
        self._rows = jax.device_put(rows, may_alias=False)
        self._known = np.zeros(count, bool)

    @staticmethod
    def nbytes(count: int, like: Float[Array, " batch *rest"]) -> int:
        """Bytes of such a table on the device."""
        return count * (like.nbytes // len(like))

    def get(self, examples: Int[np.ndarray, " batch"]) -> Float[Array, " batch *rest"] | None:
        """Returns the rows of a batch; None unless all of them are known."""
        if not self._known[examples].all():
            return None
        return _gather(self._rows, jax.device_put(examples.astype(np.int32)))

    def put(self, examples: Int[np.ndarray, " batch"], rows: Float[Array, " batch *rest"]) -> None:
        """Stores the rows of a batch."""
        self._rows = _scatter(self._rows, jax.device_put(examples.astype(np.int32)), rows)
        self._known[examples] = True


@jax.jit
def _gather(
    table: Float[Array, " count *rest"], examples: Int[Array, " batch"]
) -> Float[Array, " batch *rest"]:
    return table[examples]


@partial(jax.jit, donate_argnames="table")
def _scatter(
    table: Float[Array, " count *rest"],
    examples: Int[Array, " batch"],
    rows: Float[Array, " batch *rest"],
) -> Float[Array, " count *rest"]:
    return table.at[examples].set(rows)
