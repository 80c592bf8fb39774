"""A path as a model of its own, in files that others can serve."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import jax
import jax.numpy as jnp
from jax import export as jax_export

from mu2net_sidecar.checkpoint.huggingface import HuggingFace
from mu2net_sidecar.checkpoint.layout import Layout, Model
from mu2net_sidecar.checkpoint.layouts import SIZES
from mu2net_sidecar.checkpoint.timm import Timm
from mu2net_sidecar.checkpoint.writer import (
    adapters_of,
    laid_out,
    write_npz,
    write_safetensors,
)
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture, kind_of

PLATFORMS = ("cpu", "cuda", "tpu")
ATTACH = Path(__file__).with_name("adapters.py.txt")
TIMM_NAMES = {"Ti": "tiny", "S": "small", "B": "base", "L": "large"}


def export_model(
    model: Model, architecture: Architecture, form: str, folder: Path, labels: Sequence[str]
) -> list[str]:
    """Writes a model; what others need to know of it goes into config.json beside it.

    All forms take images f32, resized bilinearly without antialiasing to the image size, with
    values in [-1, 1], and give logits.

    Args:
        model: parameters by component name, in forward order.
        architecture: of the path.
        form: `timm` or `transformers` (safetensors), `augreg` (npz) or `stablehlo`.
        folder: made if need be; files in it are replaced.
        labels: names of the classes in order; may be empty.

    Returns:
        The names of the files.

    Raises:
        SidecarError: `SIDECAR_FAILED` when the folder cannot be written.
    """
    write = FORMS[form]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return write(model, architecture, folder, labels)
    except OSError as error:
        raise SidecarError(
            "SIDECAR_FAILED",
            f"cannot write {error.filename or folder}: {error.strerror}; name another folder",
        ) from error


def _timm(model: Model, arch: Architecture, folder: Path, labels: Sequence[str]) -> list[str]:
    sizes = {hidden: size for size, (hidden, *_) in SIZES.items()}
    size = TIMM_NAMES[sizes.get(arch.hidden_size, "B")]
    config = {
        "architecture": f"vit_{size}_patch16_224",
        "num_classes": arch.num_classes,
        "num_features": arch.hidden_size,
        "model_args": {
            "img_size": arch.image_size,
            "patch_size": arch.patch_size,
            "embed_dim": arch.hidden_size,
            "depth": _depth(model),
            "num_heads": arch.num_heads,
            "mlp_ratio": arch.mlp_dim / arch.hidden_size,
            "act_layer": "gelu_tanh",
        },
        "pretrained_cfg": {
            "num_classes": arch.num_classes,
            "input_size": [3, arch.image_size, arch.image_size],
            "fixed_input_size": True,
            "interpolation": "bilinear",
            "crop_pct": 1.0,
            "crop_mode": "squash",
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
            "first_conv": "patch_embed.proj",
            "classifier": "head",
            **({"label_names": list(labels)} if labels else {}),
        },
    }
    return _torch(model, arch, Timm(), folder, {"config.json": config})


def _transformers(
    model: Model, arch: Architecture, folder: Path, labels: Sequence[str]
) -> list[str]:
    names = labels or [f"LABEL_{label}" for label in range(arch.num_classes)]
    config = {
        "architectures": ["ViTForImageClassification"],
        "model_type": "vit",
        "hidden_size": arch.hidden_size,
        "intermediate_size": arch.mlp_dim,
        "num_attention_heads": arch.num_heads,
        "num_hidden_layers": _depth(model),
        "patch_size": arch.patch_size,
        "image_size": arch.image_size,
        "num_channels": 3,
        "qkv_bias": True,
        "hidden_act": "gelu_pytorch_tanh",
        "layer_norm_eps": 1e-6,
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
        "id2label": {str(label): name for label, name in enumerate(names)},
        "label2id": {name: label for label, name in enumerate(names)},
        "torch_dtype": "float32",
    }
    processor = {
        "image_processor_type": "ViTImageProcessor",
        "do_resize": True,
        "size": {"height": arch.image_size, "width": arch.image_size},
        "resample": 2,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
    files = {"config.json": config, "preprocessor_config.json": processor}
    return _torch(model, arch, HuggingFace("vit."), folder, files)


def _torch(
    model: Model,
    architecture: Architecture,
    layout: Layout,
    folder: Path,
    configs: Mapping[str, object],
) -> list[str]:
    """A safetensors file; residual adapters, which the libraries lack, and what attaches them."""
    write_safetensors(folder / "model.safetensors", laid_out(model, layout, architecture))
    files = ["model.safetensors", *(_written(folder, *each) for each in configs.items())]
    attached = ["adapters.safetensors", "adapters.py"]
    adapters = adapters_of(model)
    if not adapters:
        for name in attached:
            (folder / name).unlink(missing_ok=True)
        return files
    write_safetensors(folder / attached[0], adapters)
    (folder / attached[1]).write_text(ATTACH.read_text(encoding="utf-8"), encoding="utf-8")
    return files + attached


def _augreg(model: Model, arch: Architecture, folder: Path, labels: Sequence[str]) -> list[str]:
    write_npz(folder / "model.npz", model)
    return ["model.npz", _written(folder, "config.json", _facts(model, arch, labels))]


def _stablehlo(model: Model, arch: Architecture, folder: Path, labels: Sequence[str]) -> list[str]:
    """A program of StableHLO that holds its weights, for any number of images at once."""

    def forward(images: jax.Array) -> jax.Array:
        x = images
        for name, params in model.items():
            x = kind_of(name).apply({key: jnp.asarray(each) for key, each in params.items()}, x)
        return x

    side = arch.image_size
    (batch,) = jax_export.symbolic_shape("batch")
    images = jax.ShapeDtypeStruct((batch, side, side, 3), jnp.float32)
    exported = jax_export.export(jax.jit(forward), platforms=PLATFORMS)(images)
    (folder / "model.jaxexport").write_bytes(exported.serialize())
    facts = {
        **_facts(model, arch, labels),
        "platforms": PLATFORMS,
        "call": "jax.export.deserialize(bytes).call(images)",
    }
    return ["model.jaxexport", _written(folder, "config.json", facts)]


FORMS: Mapping[str, Callable[[Model, Architecture, Path, Sequence[str]], list[str]]] = {
    "timm": _timm,
    "transformers": _transformers,
    "augreg": _augreg,
    "stablehlo": _stablehlo,
}


def _depth(model: Model) -> int:
    return sum(name.startswith("encoderblock_") for name in model)


def _facts(model: Model, arch: Architecture, labels: Sequence[str]) -> dict[str, object]:
    return {
        "input": {
            "shape": ["batch", arch.image_size, arch.image_size, 3],
            "dtype": "float32",
            "range": [-1, 1],
            "resize": "bilinear, half-pixel centres, no antialiasing",
        },
        "output": {"shape": ["batch", arch.num_classes], "dtype": "float32", "is": "logits"},
        "patch_size": arch.patch_size,
        "hidden_size": arch.hidden_size,
        "mlp_dim": arch.mlp_dim,
        "num_heads": arch.num_heads,
        "components": list(model),
        "labels": list(labels),
    }


def _written(folder: Path, name: str, content: object) -> str:
    (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return name
