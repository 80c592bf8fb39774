"""Exports a model to files that other tools can serve."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from mu2net_sidecar.checkpoint._onnx import serialise_graph
from mu2net_sidecar.checkpoint._stablehlo import program_config, serialise_program
from mu2net_sidecar.checkpoint._writer import (
    adapters_of,
    tensors_of,
    write_json,
    write_npz,
    write_safetensors,
)
from mu2net_sidecar.checkpoint.layouts import (
    AugReg,
    Layout,
    Model,
    Timm,
    Transformers,
    describe_model,
    torch_adapters_code,
)
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture


def export_model(
    model: Model, architecture: Architecture, folder: Path, *, format: str, labels: Sequence[str]
) -> list[str]:
    """Writes a model, and beside it config.json with what is needed to serve it.

    A model of any format maps images to logits. Images are float32, resized bilinearly without
    antialiasing to the image size, with values in [-1, 1].

    Args:
        model: parameters by component name, in forward order.
        architecture: architecture of the path.
        folder: created if it does not exist; files of the same names are replaced.
        format: `timm` or `transformers` (safetensors), `augreg` (npz), `stablehlo` or
            `onnx`.
        labels: names of the classes in order; may be empty.

    Returns:
        The names of the files, the model's first.

    Raises:
        SidecarError: `SIDECAR_FAILED` when the folder cannot be written; `PYTHON_MISSING`
            when the format needs a package that is not installed.
    """
    write = _FORMATS[format]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return write(model, architecture, folder, labels)
    except OSError as error:
        raise SidecarError(
            "SIDECAR_FAILED",
            f"cannot write {error.filename or folder}: {error.strerror}; name another folder",
        ) from error


def _write_torch(
    model: Model,
    architecture: Architecture,
    folder: Path,
    labels: Sequence[str],
    *,
    layout: Layout,
) -> list[str]:
    """Writes a safetensors file, and residual adapters with the code that adds them.

    The adapters stand apart because timm and transformers have no such layer.
    """
    write_safetensors(folder / "model.safetensors", tensors_of(model, layout, architecture))
    configs = write_json(folder, layout.config_files(architecture, list(model), labels))
    files = ["model.safetensors", *configs]
    weights, code = "adapters.safetensors", "adapters.py"
    adapters = adapters_of(model)
    if not adapters:
        for name in (weights, code):
            (folder / name).unlink(missing_ok=True)
        return files
    write_safetensors(folder / weights, adapters)
    (folder / code).write_text(torch_adapters_code(), encoding="utf-8")
    return [*files, weights, code]


def _write_augreg(
    model: Model, architecture: Architecture, folder: Path, labels: Sequence[str]
) -> list[str]:
    layout = AugReg()
    write_npz(folder / "model.npz", layout.model_tensors(model))
    configs = write_json(folder, layout.config_files(architecture, list(model), labels))
    return ["model.npz", *configs]


def _write_stablehlo(
    model: Model, architecture: Architecture, folder: Path, labels: Sequence[str]
) -> list[str]:
    program = serialise_program(model, architecture.image_size)
    (folder / "model.jaxexport").write_bytes(program)
    config = program_config(describe_model(architecture, list(model), labels))
    return ["model.jaxexport", *write_json(folder, {"config.json": config})]


def _write_onnx(
    model: Model, architecture: Architecture, folder: Path, labels: Sequence[str]
) -> list[str]:
    description = describe_model(architecture, list(model), labels)
    (folder / "model.onnx").write_bytes(serialise_graph(model, description))
    call = "onnxruntime.InferenceSession('model.onnx').run(['logits'], {'images': images})"
    return ["model.onnx", *write_json(folder, {"config.json": {**description, "call": call}})]


_FORMATS: Mapping[str, Callable[[Model, Architecture, Path, Sequence[str]], list[str]]] = {
    "timm": partial(_write_torch, layout=Timm()),
    "transformers": partial(_write_torch, layout=Transformers("vit.")),
    "augreg": _write_augreg,
    "stablehlo": _write_stablehlo,
    "onnx": _write_onnx,
}
"""How a model is written, by the name of the format."""
