"""Layer normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp
from jax import lax

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float

LAYER_NORM_EPSILON = 1e-6


def layer_norm(
    x: Float[Array, "*batch hidden"],
    scale: Float[Array, " hidden"],
    bias: Float[Array, " hidden"],
) -> Float[Array, "*batch hidden"]:
    """Computes (x − mean) / √(variance + ε) · scale + bias over the last axis (Ba et al., 2016).

    The computation is in float32, whatever the precision of `x`.
    """
    x32 = x.astype(jnp.float32)
    centred = x32 - x32.mean(-1, keepdims=True)
    variance = jnp.square(centred).mean(-1, keepdims=True)
    normed = centred * lax.rsqrt(variance + LAYER_NORM_EPSILON)
    scale, bias = (lax.broadcast_to_rank(p.astype(jnp.float32), x.ndim) for p in (scale, bias))
    return (normed * scale + bias).astype(x.dtype)
