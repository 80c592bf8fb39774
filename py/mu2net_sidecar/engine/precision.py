"""The number formats that a device computes with."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike


@dataclass(frozen=True)
class Precision:
    """Which formats hold what.

    Parameters that train are always float32. Frozen ones are kept in `compute`, and components
    compute in it; norms, softmax, logits, sums over a batch and the update stay in float32, and so
    do gradients of parameters once their matrix product is computed.
    """

    compute: DTypeLike

    @property
    def name(self) -> str:
        """`float32` or `bfloat16`."""
        return jnp.dtype(self.compute).name

    def cast(self, array: jax.Array) -> jax.Array:
        """The array in the format of computation, inside a program."""
        return array.astype(self.compute)


FLOAT32 = Precision(jnp.float32)
BFLOAT16 = Precision(jnp.bfloat16)
PRECISIONS = {precision.name: precision for precision in (FLOAT32, BFLOAT16)}
MASTER = jnp.float32
"""Format of parameters that train."""
ACCUMULATOR = jnp.bfloat16
"""Format of the momentum trace (method §5)."""
