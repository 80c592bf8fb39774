"""A model as a StableHLO program, which JAX runs without the sidecar's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
from jax import export as jax_export

from mu2net_sidecar.checkpoint.layouts import Model
from mu2net_sidecar.model import kind_of

if TYPE_CHECKING:
    from jaxtyping import Array, Float

PLATFORMS = ("cpu", "cuda", "tpu")
"""Platforms on which an exported program runs."""


def serialise_program(model: Model, image_size: int) -> bytearray:
    """Returns a StableHLO program with a model's weights, in the serialisation of `jax.export`.

    The program maps images, float32 (batch, image_size, image_size, 3) with values in [-1, 1], to
    logits, float32 (batch, classes), for any batch.

    Args:
        model: parameters by component name, in forward order.
        image_size: side of an image, in pixels.
    """

    def forward(
        images: Float[Array, "batch side side 3"],
    ) -> Float[Array, "batch classes"]:
        x = images
        for name, params in model.items():
            x = kind_of(name).apply({key: jnp.asarray(each) for key, each in params.items()}, x)
        return x

    (batch,) = jax_export.symbolic_shape("batch")
    images = jax.ShapeDtypeStruct((batch, image_size, image_size, 3), jnp.float32)
    return jax_export.export(jax.jit(forward), platforms=PLATFORMS)(images).serialize()


def program_config(description: dict[str, object]) -> dict[str, object]:
    """Returns the contents of config.json: the model's description and how to run the program."""
    return {
        **description,
        "platforms": PLATFORMS,
        "call": "jax.export.deserialize(bytes).call(images)",
    }
