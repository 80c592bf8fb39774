"""Whole models from the files of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mu2net_sidecar.checkpoint.file import TensorFile, open_tensors
from mu2net_sidecar.checkpoint.layout import HostParams, Layout, Shape, Tensor
from mu2net_sidecar.checkpoint.layouts import fits, layout_of, looks_like, name_of
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture

BLOCK = "encoderblock_"
LISTED = 20
"""Names of one sort that an error lists."""


@dataclass(frozen=True)
class ReadModel:
    """A model that was read.

    Attributes:
        layout: of the file it came from.
        components: parameters, float32, by component name; the head's if the file has one.
        dropped: tensors that no component takes, and why.
    """

    layout: str
    components: dict[str, HostParams]
    dropped: list[str]


def read_model(
    path: Path,
    architecture: Architecture,
    depth: int,
    wanted: Iterable[str] | None = None,
    shown: str | None = None,
) -> ReadModel:
    """Reads a ViT from an npz or safetensors file in the layout of AugReg, timm or Hugging Face.

    The position embedding keeps the grid that the file has.

    Args:
        path: the file.
        architecture: what the file has to hold; image size and classes are the file's affair.
        depth: encoder blocks of the architecture; the file may have fewer, but all wanted ones.
        wanted: components to read. None: all.
        shown: what errors call the file. None: its path.

    Raises:
        SidecarError: `CHECKPOINT_INVALID`: no such format; another architecture, with the one
            that it looks like; or tensors missing, unknown or misshapen, with their list.
    """
    shown = shown or str(path)
    with open_tensors(path, shown) as file:
        names = frozenset(file.shapes)
        layout = layout_of(names)
        if layout is None:
            some = ", ".join(sorted(names)[:5]) or "none"
            raise SidecarError(
                "CHECKPOINT_INVALID",
                f"{shown} is no ViT in the layout of AugReg, timm or Hugging Face: its tensors "
                f"are {some}…; name a checkpoint of one of these",
            )
        names_wanted = None if wanted is None else frozenset(wanted)
        layers = max(_layers(layout, architecture, depth, names), _needed(names_wanted))
        tensors = _present(layout.tensors(architecture, layers), names)
        dropped = sorted(name for name in names if name.startswith(layout.dropped))
        _check(file, layout, tensors, frozenset(dropped), architecture, depth, shown)
        components = _read(file, tensors, names_wanted)
    return ReadModel(layout.name, components, dropped)


def _layers(layout: Layout, architecture: Architecture, depth: int, names: frozenset[str]) -> int:
    """Encoder blocks that the file has something of: a root model may be a shallower one."""
    found = (
        int(tensor.component.rpartition("_")[2]) + 1
        for tensor in layout.tensors(architecture, depth)
        if tensor.component.startswith(BLOCK) and tensor.name in names
    )
    return max(found, default=0)


def _needed(wanted: frozenset[str] | None) -> int:
    return sum(name.startswith(BLOCK) for name in wanted or ())


def _present(tensors: Sequence[Tensor], names: frozenset[str]) -> list[Tensor]:
    """The tensors to expect: without the head's, if the file has no head."""
    has_head = any(tensor.name in names for tensor in tensors if tensor.component == "head")
    return [tensor for tensor in tensors if has_head or tensor.component != "head"]


def _read(
    file: TensorFile, tensors: Sequence[Tensor], wanted: frozenset[str] | None
) -> dict[str, HostParams]:
    components: dict[str, dict[str, np.ndarray]] = {}
    for tensor in tensors:
        if wanted is None or tensor.component in wanted:
            params = tensor.split(file.read(tensor.name))
            components.setdefault(tensor.component, {}).update(
                {name: np.ascontiguousarray(array) for name, array in params.items()}
            )
    return {name: params for name, params in components.items()}


def _check(
    file: TensorFile,
    layout: Layout,
    tensors: Sequence[Tensor],
    dropped: frozenset[str],
    architecture: Architecture,
    depth: int,
    shown: str,
) -> None:
    shapes = file.shapes
    expected = {tensor.name: tensor.shape for tensor in tensors}
    missing = [name for name in expected if name not in shapes]
    unknown = sorted(shapes.keys() - expected.keys() - dropped)
    misshapen = [
        f"{name} {_text(shapes[name])} where {_text(shape)} is expected"
        for name, shape in expected.items()
        if name in shapes and not fits(shapes[name], shape)
    ]
    if not (missing or unknown or misshapen):
        return
    asked = name_of(architecture, depth)
    other = looks_like(shapes, layout, architecture.patch_size)
    if other is not None and other != asked:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{shown} is no {asked}: it looks like {other}; set root.architecture to {other}, "
            f"or name a checkpoint of {asked}",
        )
    found = "; ".join(
        f"{len(names)} {what}: {_listed(names)}"
        for what, names in (
            ("missing", missing),
            ("unknown", unknown),
            ("misshapen", misshapen),
        )
        if names
    )
    raise SidecarError(
        "CHECKPOINT_INVALID",
        f"{shown} is not the {asked} of {layout.name} that it should be. Tensors {found}. "
        "Name a checkpoint of a plain ViT with a class token",
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def _text(shape: Shape) -> str:
    return f"({', '.join('any' if size is None else str(size) for size in shape)})"
