"""Looks at the shapes of a file's tensors: which model it is, and whether it can be a root."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mu2net_sidecar.checkpoint.layouts._layout import Layout, is_block
from mu2net_sidecar.checkpoint.layouts._recognition import layout_of
from mu2net_sidecar.checkpoint.layouts._sizes import SIZES
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture

_DUMMY = Architecture(1, 1, 1, 1, 1, 1, 1)
"""An architecture of which only the names of tensors are used."""
_KERNEL, _POSITIONS = "embedding/kernel", "posembed_input/pos_embedding"
_MLP, _HEAD = "encoderblock_0/MlpBlock_3/Dense_0/kernel", "head/bias"
_WANTED = frozenset({_KERNEL, _POSITIONS, _MLP, _HEAD})
"""Parameters whose shapes tell the sizes of a model."""


@dataclass(frozen=True)
class Survey:
    """A model, as the shapes of its tensors tell it.

    Attributes:
        layout: name of the file's layout.
        hidden_size: width of a token.
        mlp_dim: width of the hidden layer of an encoder block's MLP.
        patch_size: side of a patch, in pixels.
        image_size: side of the images that it was made for, in pixels.
        layers: encoder blocks.
        classes: outputs of its head; 0 if it has none.
        parameter_count: parameters in all.
    """

    layout: str
    hidden_size: int
    mlp_dim: int
    patch_size: int
    image_size: int
    layers: int
    classes: int
    parameter_count: int

    @property
    def architecture(self) -> str | None:
        """Name of the published architecture of this width, such as `Ti/16`; None for others."""
        widths = (self.hidden_size, self.mlp_dim)
        names = (name for name, size in SIZES.items() if (size.hidden_size, size.mlp_dim) == widths)
        name = next(names, None)
        return name and f"{name}/{self.patch_size}"

    @property
    def description(self) -> str:
        """The model in a few words."""
        name = self.architecture or f"ViT of width {self.hidden_size}, patches {self.patch_size}"
        layers = f"{self.layers} layer{'' if self.layers == 1 else 's'}"
        return f"{name} of {layers} for {self.image_size} × {self.image_size} pixels"


def find_layout(names: frozenset[str], shown: str) -> Layout:
    """Returns the layout of a file with tensors of these names.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when it has none that is known.
    """
    layout = layout_of(names)
    if layout is None:
        some = ", ".join(sorted(names)[:5]) or "none"
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{shown} is not a ViT in the layout of AugReg, timm or Hugging Face: its tensors "
            f"are {some}…; name a checkpoint in one of these layouts",
        )
    return layout


def survey_shapes(shapes: Mapping[str, tuple[int, ...]], layout: Layout, shown: str) -> Survey:
    """Looks at the shapes of a file's tensors.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when no root can have them, whatever its architecture:
            images of another number of channels, patches or images that are no squares, a position
            embedding without a row for the class token.
    """
    params = _shapes_of_params(shapes, layout)
    height, width, channels, hidden = _known(params, _KERNEL, 4, shown)
    _, tokens, _ = _known(params, _POSITIONS, 3, shown)
    if channels != 3:
        raise _refusal(
            shown, f"it takes images of {channels} channels", "images of 3 channels (RGB)"
        )
    if height != width:
        raise _refusal(shown, f"its patches have {height} × {width} pixels", "square patches")
    side = math.isqrt(max(0, tokens - 1))
    if side * side != tokens - 1:
        if math.isqrt(tokens) ** 2 == tokens:
            reason = "its position embedding has no row for the class token (timm's no_embed_class)"
            raise _refusal(shown, reason, "an embedding of the class token's position")
        raise _refusal(shown, f"its {tokens - 1} patches are no square", "square images")
    return Survey(
        layout=layout.name,
        hidden_size=hidden,
        mlp_dim=params.get(_MLP, (0, 0))[-1],
        patch_size=height,
        image_size=side * height,
        layers=_count_layers(shapes, layout),
        classes=params.get(_HEAD, (0,))[-1],
        parameter_count=sum(math.prod(shape) for shape in shapes.values()),
    )


def _shapes_of_params(
    shapes: Mapping[str, tuple[int, ...]], layout: Layout
) -> dict[str, tuple[int, ...]]:
    """Returns the shapes of the wanted parameters, whatever the layout."""
    found: dict[str, tuple[int, ...]] = {}
    for tensor in layout.tensors(_DUMMY, 1):
        shape = shapes.get(tensor.name, ())
        # In the dummy, the names of its parameters are those of any architecture.
        dummy = np.zeros([size or 1 for size in tensor.shape], np.float32)
        names = {f"{tensor.component}/{name}" for name in tensor.to_params(dummy)}
        if names <= _WANTED and len(shape) == len(tensor.shape):
            params = tensor.to_params(np.broadcast_to(np.float32(0), shape))
            found |= {f"{tensor.component}/{name}": each.shape for name, each in params.items()}
    return found


def _known(
    params: Mapping[str, tuple[int, ...]], name: str, axes: int, shown: str
) -> tuple[int, ...]:
    shape = params.get(name)
    if shape is None or len(shape) != axes or 0 in shape:
        raise _refusal(shown, f"it has no {name} of {axes} axes", "a plain Vision Transformer")
    return shape


def _count_layers(shapes: Mapping[str, tuple[int, ...]], layout: Layout) -> int:
    first = next(tensor.name for tensor in layout.tensors(_DUMMY, 1) if is_block(tensor.component))
    before, _, after = first.partition("0")
    layers = 0
    while f"{before}{layers}{after}" in shapes:
        layers += 1
    return layers


def _refusal(shown: str, reason: str, needed: str) -> SidecarError:
    return SidecarError(
        "CHECKPOINT_INVALID",
        f"{shown} cannot be a root model: {reason}; name a checkpoint of a ViT with {needed}",
    )
