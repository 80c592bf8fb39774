"""How a file format stores the parameters of a ViT in named tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from mu2net_sidecar.model import Architecture

HostParams = Mapping[str, np.ndarray]
"""Parameters of one component in host memory, by name."""

Model = Mapping[str, HostParams]
"""Parameters of a whole model, by component name."""

Shape = tuple[int | None, ...]
"""A shape. An axis of None may have any size: positions and classes differ from file to file."""

_BLOCK = "encoderblock_"


@dataclass(frozen=True)
class Tensor:
    """A tensor of a file. It holds one or more parameters of one component.

    Attributes:
        name: name in the file.
        component: component that has the parameters.
        shape: shape in the file.
        to_params: converts the tensor to the parameters that it holds.
        from_params: converts the component's parameters to the tensor.
    """

    name: str
    component: str
    shape: Shape
    to_params: Callable[[np.ndarray], HostParams]
    from_params: Callable[[HostParams], np.ndarray]


@runtime_checkable
class Layout(Protocol):
    """The tensors and the configuration of a ViT in a file format."""

    @property
    def name(self) -> str:
        """Name of the format in messages."""
        ...

    @property
    def ignored_prefixes(self) -> tuple[str, ...]:
        """Prefixes of tensors that are not read: a representation layer before the head."""
        ...

    def recognises(self, names: frozenset[str]) -> bool:
        """Returns whether a file with tensors of these names has this layout."""
        ...

    def tensors(self, architecture: Architecture, depth: int) -> Sequence[Tensor]:
        """Returns the tensors of a model without adapters, the head's last."""
        ...

    def config_files(
        self, architecture: Architecture, components: Sequence[str], labels: Sequence[str]
    ) -> Mapping[str, object]:
        """Returns the contents of the JSON files beside the tensors, by file name.

        Args:
            architecture: architecture of the model.
            components: names of its components, in forward order.
            labels: names of the classes in order; may be empty.
        """
        ...


def is_block(component: str) -> bool:
    """Returns whether a component is an encoder block."""
    return component.startswith(_BLOCK)


def count_blocks(components: Iterable[str]) -> int:
    """Counts the encoder blocks among components, given by name."""
    return sum(map(is_block, components))


def shape_fits(shape: Shape, expected: Shape) -> bool:
    """Returns whether a shape is the expected one, in which axes of None may have any size."""
    return len(shape) == len(expected) and all(
        wanted is None or size == wanted for size, wanted in zip(shape, expected, strict=True)
    )


def plain_tensor(name: str, component: str, param: str, *shape: int | None) -> Tensor:
    """Returns a tensor that is equal to a parameter."""
    return Tensor(
        name,
        component,
        shape,
        to_params=lambda array: {param: array},
        from_params=lambda params: params[param],
    )
