"""The architecture: sizes that determine the shape of every component."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Architecture:
    """A Vision Transformer with a square input (Dosovitskiy et al., 2021).

    Attributes:
        patch_size: side of a patch, in pixels.
        hidden_size: width of a token.
        mlp_dim: width of the hidden layer of an encoder block's MLP.
        num_heads: attention heads; divides `hidden_size`.
        image_size: side of an image, in pixels.
        num_classes: classes that the head distinguishes.
        adapter_dim: width of the bottleneck of a residual adapter.
    """

    patch_size: int
    hidden_size: int
    mlp_dim: int
    num_heads: int
    image_size: int
    num_classes: int
    adapter_dim: int

    @property
    def grid(self) -> int:
        """Patches along one side of an image; a remainder narrower than a patch is cut off."""
        return self.image_size // self.patch_size

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.hidden_size // self.num_heads
