"""The layouts that are known, and which of them a file has."""

from __future__ import annotations

from collections.abc import Mapping

from mu2net_sidecar.checkpoint.augreg import AugReg
from mu2net_sidecar.checkpoint.huggingface import HuggingFace
from mu2net_sidecar.checkpoint.layout import Layout, Shape
from mu2net_sidecar.checkpoint.timm import Timm
from mu2net_sidecar.model import Architecture

LAYOUTS: tuple[Layout, ...] = (AugReg(), Timm(), HuggingFace("vit."), HuggingFace(""))

SIZES = {
    "Ti": (192, 768, 3, 12),
    "S": (384, 1536, 6, 12),
    "B": (768, 3072, 12, 12),
    "L": (1024, 4096, 16, 24),
}
"""Width, width of the MLP, heads and layers of the published sizes (method §7)."""


def layout_of(names: frozenset[str]) -> Layout | None:
    """The layout of a file with tensors of these names; None for that of another model."""
    return next((layout for layout in LAYOUTS if layout.recognises(names)), None)


def looks_like(shapes: Mapping[str, Shape], layout: Layout, patch_size: int) -> str | None:
    """The published architecture whose tensors a file has, such as `L/16`.

    None when it is none of them, or the one that has been asked for in every shape but few.
    """

    def agreement(size: str, patch: int) -> float:
        hidden, mlp, heads, depth = SIZES[size]
        architecture = Architecture(patch, hidden, mlp, heads, patch, 1, 1)
        tensors = layout.tensors(architecture, depth)
        fitting = sum(
            tensor.name in shapes and fits(shapes[tensor.name], tensor.shape) for tensor in tensors
        )
        return fitting / len(tensors)

    patches = sorted({patch_size, 8, 14, 16, 32})
    best = max(((agreement(s, p), s, p) for s in SIZES for p in patches), key=lambda each: each[0])
    share, size, patch = best
    return f"{size}/{patch}" if share > 0.9 else None


def name_of(architecture: Architecture, depth: int) -> str:
    """The name of an architecture, or its facts if it is none of the published sizes."""
    facts = (architecture.hidden_size, architecture.mlp_dim, architecture.num_heads, depth)
    for size, known in SIZES.items():
        if known == facts:
            return f"{size}/{architecture.patch_size}"
    return f"ViT of width {architecture.hidden_size} and {depth} layers"


def fits(shape: Shape, expected: Shape) -> bool:
    """Whether a shape is the expected one, whose None axes may have any size."""
    return len(shape) == len(expected) and all(
        wanted is None or size == wanted for size, wanted in zip(shape, expected, strict=True)
    )
