"""Writes the tensors and the configuration of a model into a folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from mu2net_sidecar.checkpoint.layouts import AugReg, Layout, Model, count_blocks
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture


def tensors_of(model: Model, layout: Layout, architecture: Architecture) -> dict[str, np.ndarray]:
    """Returns the tensors of a model in a layout, by name, without residual adapters."""
    return {
        tensor.name: np.ascontiguousarray(tensor.from_params(model[tensor.component]))
        for tensor in layout.tensors(architecture, count_blocks(model))
        if tensor.component in model
    }


def adapters_of(model: Model) -> dict[str, np.ndarray]:
    """Returns the tensors of the residual adapters, as `residual_adapter_<layer>/<param>`."""
    return {
        f"{component}/{param}": np.asarray(array)
        for component, params in model.items()
        if component.startswith("residual_adapter_")
        for param, array in params.items()
    }


def write_npz(path: Path, tensors: Mapping[str, np.ndarray]) -> None:
    """Writes tensors as an npz file."""
    with path.open("wb") as file:
        np.savez(file, **tensors)  # pyright: ignore[reportArgumentType]


def write_safetensors(path: Path, tensors: Mapping[str, np.ndarray]) -> None:
    """Writes a safetensors file, marked as PyTorch's because transformers requires the mark.

    The library's own function for files gives them to their owner alone, whatever the umask says.
    """
    path.write_bytes(save(dict(tensors), metadata={"format": "pt"}))


def write_json(folder: Path, files: Mapping[str, object]) -> list[str]:
    """Writes JSON files, given by name, and returns their names."""
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return list(files)


def write_root(path: Path, model: Model) -> str:
    """Writes a root model in AugReg's layout and half precision, without its head.

    Equal models make equal bytes. The folder exists.

    Returns:
        The sha256 of the file, in hexadecimal digits.

    Raises:
        SidecarError: `SIDECAR_FAILED` when the file cannot be written.
    """
    body = {name: params for name, params in model.items() if name != "head"}
    tensors = AugReg().model_tensors(body)
    try:
        write_npz(path, {name: array.astype(np.float16) for name, array in tensors.items()})
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise SidecarError(
            "SIDECAR_FAILED", f"cannot write {path}: {error.strerror}; name another folder"
        ) from error
