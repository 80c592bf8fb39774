"""The number formats that a device computes with."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike


@dataclass(frozen=True)
class Precision:
    """The number format that components compute in.

    Frozen parameters are kept in it. These are float32 in every precision: parameters that train,
    norms, softmax, logits, sums over a batch, gradients of parameters once their matrix product is
    computed, and the optimizer's update.

    Attributes:
        compute: the format.
    """

    compute: DTypeLike

    @property
    def name(self) -> str:
        """`float32` or `bfloat16`."""
        return jnp.dtype(self.compute).name

    def cast(self, array: jax.Array) -> jax.Array:
        """Casts an array to the format, inside a program."""
        return array.astype(self.compute)


FLOAT32 = Precision(jnp.float32)
BFLOAT16 = Precision(jnp.bfloat16)
PRECISIONS = {precision.name: precision for precision in (FLOAT32, BFLOAT16)}
MASTER = jnp.float32
"""Format of parameters that train."""
ACCUMULATOR = jnp.bfloat16
"""Format of the momentum trace (method §5)."""
