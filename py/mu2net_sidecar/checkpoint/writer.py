"""Whole models in the layouts of others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from mu2net_sidecar.checkpoint.augreg import prefix_of
from mu2net_sidecar.checkpoint.layout import Layout, Model
from mu2net_sidecar.model import Architecture

ADAPTER = "residual_adapter_"


def laid_out(model: Model, layout: Layout, architecture: Architecture) -> dict[str, np.ndarray]:
    """The tensors of a model in a layout, its residual adapters left out."""
    depth = sum(name.startswith("encoderblock_") for name in model)
    return {
        tensor.name: np.ascontiguousarray(tensor.join(model[tensor.component]))
        for tensor in layout.tensors(architecture, depth)
        if tensor.component in model
    }


def adapters_of(model: Model) -> dict[str, np.ndarray]:
    """The tensors of the residual adapters: `residual_adapter_<layer>/<param>`."""
    return {
        f"{component}/{param}": np.asarray(array)
        for component, params in model.items()
        if component.startswith(ADAPTER)
        for param, array in params.items()
    }


def write_npz(path: Path, model: Model) -> None:
    """Writes AugReg's layout; adapters stand where the papers' code has them."""
    tensors = {
        prefix_of(component) + param: np.asarray(array)
        for component, params in model.items()
        for param, array in params.items()
    }
    with path.open("wb") as file:
        np.savez(file, **tensors)  # pyright: ignore[reportArgumentType]


def write_safetensors(path: Path, tensors: Mapping[str, np.ndarray]) -> None:
    """Writes tensors under PyTorch's marking, which transformers asks for."""
    save_file(dict(tensors), path, metadata={"format": "pt"})
