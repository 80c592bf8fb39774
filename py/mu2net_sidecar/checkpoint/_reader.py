"""Reads a whole ViT from a file in the format of another tool."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mu2net_sidecar.checkpoint._mismatch import ExpectedModel, check_shapes
from mu2net_sidecar.checkpoint.files import TensorFile, open_tensor_file
from mu2net_sidecar.checkpoint.layouts import (
    HostParams,
    Tensor,
    count_blocks,
    find_layout,
    is_block,
    survey_shapes,
)
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture


@dataclass(frozen=True)
class ModelFile:
    """A model as a file contains it.

    Attributes:
        layout: name of the file's layout.
        components: parameters, float32, by component name; with the head's if the file has one.
        ignored: names of the tensors that no component takes.
    """

    layout: str
    components: dict[str, HostParams]
    ignored: list[str]


def read_model(
    path: Path,
    architecture: Architecture,
    depth: int,
    *,
    components: Collection[str] | None = None,
    shown: str | None = None,
) -> ModelFile:
    """Reads a ViT from an npz or safetensors file in the layout of AugReg, timm or transformers.

    The position embedding keeps the file's grid.

    Args:
        path: the file, on this machine.
        architecture: architecture that the file must have; its image size and number of classes
            are not compared.
        depth: encoder blocks of the architecture. The file may have fewer, but must have those in
            `components`.
        components: names of the components to read. None: all.
        shown: name of the file in errors. None: its path.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when the format is unknown, the architecture differs, or
            tensors are missing, unknown or of the wrong shape, or a value is not finite.
    """
    shown = shown or str(path)
    with open_tensor_file(path, shown) as file:
        names = frozenset(file.shapes)
        layout = find_layout(names, shown)
        survey_shapes(file.shapes, layout, shown)
        blocks = max(
            _blocks_in(layout.tensors(architecture, depth), names), count_blocks(components or ())
        )
        tensors = _tensors_in(layout.tensors(architecture, blocks), names)
        ignored = sorted(name for name in names if name.startswith(layout.ignored_prefixes))
        expected = ExpectedModel(shown, layout, architecture, depth)
        check_shapes(file.shapes, tensors, frozenset(ignored), expected)
        read = _read_components(file, tensors, components, shown)
        return ModelFile(layout.name, read, ignored)


def _blocks_in(tensors: Sequence[Tensor], names: frozenset[str]) -> int:
    """Counts the encoder blocks that a file has; it may be shallower than the architecture."""
    layers = (
        int(tensor.component.rpartition("_")[2])
        for tensor in tensors
        if is_block(tensor.component) and tensor.name in names
    )
    return max(layers, default=-1) + 1


def _tensors_in(tensors: Sequence[Tensor], names: frozenset[str]) -> list[Tensor]:
    """Returns the tensors to expect: without the head's if the file has no head."""
    has_head = any(tensor.name in names for tensor in tensors if tensor.component == "head")
    return [tensor for tensor in tensors if has_head or tensor.component != "head"]


def _read_components(
    file: TensorFile, tensors: Sequence[Tensor], components: Collection[str] | None, shown: str
) -> dict[str, HostParams]:
    model: dict[str, dict[str, np.ndarray]] = {}
    for tensor in tensors:
        if components is None or tensor.component in components:
            array = file.read(tensor.name)
            if not np.isfinite(array).all():
                raise SidecarError(
                    "CHECKPOINT_INVALID",
                    f"{shown} cannot be a root model: {tensor.name} has values that are not finite "
                    "(NaN or infinity); name a checkpoint of a training that did not diverge",
                )
            params = tensor.to_params(array)
            model.setdefault(tensor.component, {}).update(
                {name: np.ascontiguousarray(array) for name, array in params.items()}
            )
    return dict(model)
