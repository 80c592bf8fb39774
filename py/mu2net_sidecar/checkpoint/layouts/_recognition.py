"""Which layout a file has, and which architecture its tensors resemble."""

from __future__ import annotations

from collections.abc import Mapping

from mu2net_sidecar.checkpoint.layouts._augreg import AugReg
from mu2net_sidecar.checkpoint.layouts._layout import Layout, Shape, shape_fits
from mu2net_sidecar.checkpoint.layouts._sizes import SIZES
from mu2net_sidecar.checkpoint.layouts._timm import Timm
from mu2net_sidecar.checkpoint.layouts._transformers import MEMORY_NAMES, Transformers
from mu2net_sidecar.model import Architecture

LAYOUTS: tuple[Layout, ...] = (
    AugReg(),
    Timm(),
    Transformers("vit."),
    Transformers(""),
    Transformers("vit.", MEMORY_NAMES),
    Transformers("", MEMORY_NAMES),
)
"""The layouts that can be read."""

_PATCH_SIZES = frozenset({8, 14, 16, 32})
_MIN_AGREEMENT = 0.9
"""Share of an architecture's tensors that a file has to contain to resemble it."""


def layout_of(names: frozenset[str]) -> Layout | None:
    """Returns the layout of a file with tensors of these names; None if no layout matches."""
    return next((layout for layout in LAYOUTS if layout.recognises(names)), None)


def closest_architecture(
    shapes: Mapping[str, Shape], layout: Layout, patch_size: int
) -> str | None:
    """Returns the published architecture that a file's tensors resemble, such as `L/16`.

    Args:
        shapes: shapes of the file's tensors, by name.
        layout: layout of the file.
        patch_size: patch size to try beside the published ones, in pixels.

    Returns:
        Its name; None if the file resembles no published architecture.
    """

    def agreement(name: str, patch: int) -> float:
        size = SIZES[name]
        architecture = Architecture(
            patch_size=patch,
            hidden_size=size.hidden_size,
            mlp_dim=size.mlp_dim,
            num_heads=size.num_heads,
            image_size=patch,
            num_classes=1,
            adapter_dim=1,
        )
        tensors = layout.tensors(architecture, size.depth)
        return sum(
            tensor.name in shapes and shape_fits(shapes[tensor.name], tensor.shape)
            for tensor in tensors
        ) / len(tensors)

    candidates = [(name, patch) for name in SIZES for patch in sorted(_PATCH_SIZES | {patch_size})]
    name, patch = max(candidates, key=lambda candidate: agreement(*candidate))
    return f"{name}/{patch}" if agreement(name, patch) > _MIN_AGREEMENT else None
