"""What a recorded forward pass keeps for the backward pass, and what that computes again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import jax

Remat = Literal["none", "dots", "full"]
"""How much is computed again: nothing; all but matrix products, which cost more to compute than to
write and read; everything, so that a component keeps its input alone."""

FUSED_ATTENTION = "dot_product_attention_fwd"
"""Name, or its beginning, of the operation that is cuDNN's attention."""


def rematerialised(function: Callable[..., Any], remat: Remat) -> Callable[..., Any]:
    """The function, whose derivatives keep what `remat` says. Values and gradients are the same."""
    if remat == "none":
        return function
    policy = _products if remat == "dots" else jax.checkpoint_policies.nothing_saveable
    # Recorded and backward pass are programs of their own, so there is no common subexpression
    # that the compiler could eliminate.
    return jax.checkpoint(function, policy=policy, prevent_cse=False)


def _products(primitive: Any, *args: Any, **params: Any) -> Any:  # noqa: ANN401
    if str(primitive).startswith(FUSED_ATTENTION):
        return True
    return jax.checkpoint_policies.dots_saveable(primitive, *args, **params)
