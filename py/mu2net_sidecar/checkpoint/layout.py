"""How a file format lays a ViT's parameters out in named tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from mu2net_sidecar.model import Architecture

HostParams = Mapping[str, np.ndarray]
Model = Mapping[str, HostParams]
"""Parameters of a whole model, by component name."""

Shape = tuple[int | None, ...]
"""A shape whose None axes the file decides: positions and classes."""


@dataclass(frozen=True)
class Tensor:
    """A tensor of a file, which holds parameters of one component.

    Attributes:
        name: in the file.
        component: whose parameters it holds.
        shape: in the file.
        split: the parameters that its array holds.
        join: the array that holds the parameters.
    """

    name: str
    component: str
    shape: Shape
    split: Callable[[np.ndarray], HostParams]
    join: Callable[[HostParams], np.ndarray]


@runtime_checkable
class Layout(Protocol):
    """A file format's way to lay out a ViT."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def dropped(self) -> tuple[str, ...]:
        """Stems of the tensors of a representation layer between encoder and head."""
        ...

    def tensors(self, architecture: Architecture, depth: int) -> Sequence[Tensor]:
        """The tensors of a model without adapters; the head's come last."""
        ...

    def recognises(self, names: frozenset[str]) -> bool:
        """Whether a file with tensors of these names is of this layout."""
        ...


def same(name: str, component: str, param: str, *shape: int | None) -> Tensor:
    """A tensor that is a parameter as it stands."""
    return Tensor(
        name,
        component,
        shape,
        split=lambda array: {param: array},
        join=lambda params: params[param],
    )


def matrix(name: str, component: str, param: str, shape: Sequence[int | None]) -> Tensor:
    """PyTorch's weight (outputs, inputs) of a kernel (inputs, outputs)."""
    inputs, outputs = shape
    return Tensor(
        name,
        component,
        (outputs, inputs),
        split=lambda array: {param: array.T},
        join=lambda params: params[param].T,
    )


def reshaped(
    name: str, component: str, param: str, stored: Sequence[int], kernel: Sequence[int]
) -> Tensor:
    """PyTorch's weight or bias of a projection from or to attention heads.

    Args:
        name: in the file.
        component: whose parameter it is.
        param: the parameter.
        stored: shape in the file: (outputs, inputs), or (outputs).
        kernel: shape of the parameter, in which heads have an axis of their own.
    """
    inputs_first = tuple(reversed(stored))
    return Tensor(
        name,
        component,
        tuple(stored),
        split=lambda array: {param: array.T.reshape(kernel)},
        join=lambda params: params[param].reshape(inputs_first).T,
    )


def patches(name: str, architecture: Architecture) -> Tensor:
    """PyTorch's convolution (hidden, 3, patch, patch) of the patch embedding."""
    patch, hidden = architecture.patch_size, architecture.hidden_size
    return Tensor(
        name,
        "embedding",
        (hidden, 3, patch, patch),
        split=lambda array: {"kernel": array.transpose(2, 3, 1, 0)},
        join=lambda params: params["kernel"].transpose(3, 2, 0, 1),
    )
