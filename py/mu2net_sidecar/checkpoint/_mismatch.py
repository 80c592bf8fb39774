"""Compares the tensors of a file with those of an architecture, and reports what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mu2net_sidecar.checkpoint.layouts import (
    Layout,
    Shape,
    Tensor,
    architecture_name,
    closest_architecture,
    shape_fits,
)
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture

_MAX_LISTED = 20
"""Names of one kind that an error lists at most."""


@dataclass(frozen=True)
class ExpectedModel:
    """The model that a file should contain.

    Attributes:
        shown: name of the file in errors.
        layout: layout of the file.
        architecture: architecture that it must have.
        depth: encoder blocks of the architecture.
    """

    shown: str
    layout: Layout
    architecture: Architecture
    depth: int


def check_shapes(
    shapes: Mapping[str, Shape],
    tensors: Sequence[Tensor],
    ignored: frozenset[str],
    expected: ExpectedModel,
) -> None:
    """Checks that a file has exactly the expected tensors, each of the expected shape.

    Args:
        shapes: shapes of the file's tensors, by name.
        tensors: the expected tensors.
        ignored: names of tensors that the file may have besides.
        expected: the model that the error names.

    Raises:
        SidecarError: `CHECKPOINT_INVALID`. The error names the architecture that the file
            resembles; if it resembles none, it lists the tensors.
    """
    known = {tensor.name: tensor.shape for tensor in tensors}
    differences = {
        "missing": [name for name in known if name not in shapes],
        "unknown": sorted(shapes.keys() - known.keys() - ignored),
        "misshapen": [
            f"{name} {_shape_text(shapes[name])} where {_shape_text(shape)} is expected"
            for name, shape in known.items()
            if name in shapes and not shape_fits(shapes[name], shape)
        ],
    }
    if any(differences.values()):
        raise SidecarError("CHECKPOINT_INVALID", _message(shapes, differences, expected))


def _message(
    shapes: Mapping[str, Shape], differences: Mapping[str, Sequence[str]], expected: ExpectedModel
) -> str:
    shown, layout = expected.shown, expected.layout
    name = architecture_name(expected.architecture, expected.depth)
    other = closest_architecture(shapes, layout, expected.architecture.patch_size)
    if other is not None and other != name:
        return (
            f"{shown} is not {name}: it looks like {other}; set root.architecture to {other}, "
            f"or name a checkpoint of {name}"
        )
    listed = "; ".join(
        f"{len(names)} {kind}: {_list_names(names)}" for kind, names in differences.items() if names
    )
    return (
        f"{shown} is not the {name} of {layout.name} that it should be. Tensors {listed}. "
        "Name a checkpoint of a plain ViT with a class token"
    )


def _list_names(names: Sequence[str]) -> str:
    rest = len(names) - _MAX_LISTED
    return ", ".join(names[:_MAX_LISTED]) + (f" and {rest} more" if rest > 0 else "")


def _shape_text(shape: Shape) -> str:
    return f"({', '.join('any' if size is None else str(size) for size in shape)})"
