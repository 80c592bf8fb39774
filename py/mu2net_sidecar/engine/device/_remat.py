"""Rematerialisation: which intermediate results the backward pass computes again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import jax

Remat = Literal["none", "dots", "full"]
"""How much is computed again: nothing; everything except matrix products, which cost more to
compute than to write and read; everything, so that a component keeps only its input."""

FUSED_ATTENTION = "dot_product_attention_fwd"
"""Prefix of the name of the JAX primitive that is cuDNN's attention."""


def rematerialise(function: Callable[..., Any], remat: Remat) -> Callable[..., Any]:
    """Returns the same function with other residuals (`jax.checkpoint`)."""
    if remat == "none":
        return function
    policy = _keep_products if remat == "dots" else jax.checkpoint_policies.nothing_saveable
    # Forward and backward pass are separate programs, so the compiler finds no common
    # subexpression between them, and nothing has to prevent its elimination.
    return jax.checkpoint(function, policy=policy, prevent_cse=False)


def _keep_products(primitive: Any, *args: Any, **params: Any) -> Any:  # noqa: ANN401
    if str(primitive).startswith(FUSED_ATTENTION):
        return True
    return jax.checkpoint_policies.dots_saveable(primitive, *args, **params)
