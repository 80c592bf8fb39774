"""The published sizes of the Vision Transformer."""

from __future__ import annotations

from typing import NamedTuple

from mu2net_sidecar.model import Architecture


class Size(NamedTuple):
    """A size of the ViT.

    Attributes:
        hidden_size: width of a token.
        mlp_dim: width of the hidden layer of an encoder block's MLP.
        num_heads: attention heads.
        depth: encoder blocks.
    """

    hidden_size: int
    mlp_dim: int
    num_heads: int
    depth: int


SIZES = {
    "Ti": Size(192, 768, 3, 12),
    "S": Size(384, 1536, 6, 12),
    "B": Size(768, 3072, 12, 12),
    "L": Size(1024, 4096, 16, 24),
}
"""The published sizes (Dosovitskiy et al., 2021; Steiner et al., 2022), by name."""


def architecture_name(architecture: Architecture, depth: int) -> str:
    """Returns the name of an architecture, such as `L/16`.

    An architecture of no published size is described by its width and its encoder blocks.
    """
    own = (architecture.hidden_size, architecture.mlp_dim, architecture.num_heads, depth)
    for name, size in SIZES.items():
        if size == own:
            return f"{name}/{architecture.patch_size}"
    return f"ViT of width {architecture.hidden_size} and {depth} layers"
