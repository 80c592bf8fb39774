"""Random loss of JPEG quality on the device (µ2Net+)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from mu2net_sidecar.data.augment._jpeg import recompress

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Array, Int, Key, UInt8


@jax.jit
def random_quality(
    key: Key[Array, ""],
    pixels: UInt8[Array | np.ndarray, "b h w c"],
    sizes: Int[Array | np.ndarray, "b 2"],
    delta: float | Array,
) -> UInt8[Array, "b h w c"]:
    """Returns each image as after JPEG at a quality of its own.

    The quality is a whole number, uniform from floor(100 (1 - delta)), but at least 1, to 99, as
    TensorFlow's `random_jpeg_quality` with a maximum of 100 draws it.

    Args:
        key: Key of the draws.
        pixels: Canvases; c is 1 or 3.
        sizes: True height and width of each image on its canvas, pixels.
        delta: Largest loss, as a fraction of 100, above 0.
    """
    # The small term keeps a whole number that single precision puts just below itself.
    lowest = jnp.floor(100 * (1 - delta) + 1e-3).astype(jnp.int32)
    quality = jax.random.randint(key, (len(sizes),), jnp.clip(lowest, 1, 99), 100)
    return recompress(pixels, sizes, quality)
