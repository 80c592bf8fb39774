"""Checks of facts that only the configurations of timm and transformers tell, not the tensors."""

from __future__ import annotations

from mu2net_sidecar.model import Architecture


def check_heads(heads: object, architecture: Architecture) -> None:
    """Checks the number of attention heads; None is any.

    Raises:
        ValueError: it is another one.
    """
    if heads is not None and heads != architecture.num_heads:
        raise ValueError(
            f"says {heads} attention heads where {architecture.num_heads} are expected"
        )


def check_squares(image_size: object, patch_size: object) -> None:
    """Checks that images and patches are squares; sizes may be numbers, pairs or None.

    Raises:
        ValueError: a pair has two different sides.
    """
    for what, size in (("images", image_size), ("patches", patch_size)):
        if isinstance(size, list | tuple) and len(set(size)) > 1:
            shown = " × ".join(str(side) for side in size)
            raise ValueError(f"says {what} of {shown} pixels where squares are expected")


def exact_gelu_notice() -> str:
    """Returns the notice about another form of the activation."""
    return "it was trained with exact GELU and runs with its tanh approximation"
