"""timm: the layout and the configuration of its VisionTransformer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mu2net_sidecar.checkpoint.layouts._config_checks import (
    check_heads,
    check_squares,
    exact_gelu_notice,
)
from mu2net_sidecar.checkpoint.layouts._layout import (
    HostParams,
    Tensor,
    count_blocks,
    plain_tensor,
)
from mu2net_sidecar.checkpoint.layouts._sizes import SIZES
from mu2net_sidecar.checkpoint.layouts._torch_tensors import (
    ATTENTION,
    dense_tensors,
    mlp_tensors,
    norm_tensors,
    output_tensors,
    patch_tensors,
)
from mu2net_sidecar.model import Architecture

_TANH_GELU = ("gelu_tanh",)
"""timm's name of GELU's tanh approximation, which is used here; it has exact GELU by default."""
_SIZE_NAMES = {"Ti": "tiny", "S": "small", "B": "base", "L": "large"}


class Timm:
    """A safetensors file with timm's names; query, key and value are one tensor."""

    name = "timm"
    ignored_prefixes = ("pre_logits.",)

    def recognises(self, names: frozenset[str]) -> bool:
        """Returns whether a file with tensors of these names has this layout."""
        return "patch_embed.proj.weight" in names

    def tensors(self, architecture: Architecture, depth: int) -> list[Tensor]:
        """Returns the tensors of a model without adapters, the head's last."""
        hidden = architecture.hidden_size
        return [
            *patch_tensors("patch_embed.proj", architecture),
            plain_tensor("cls_token", "cls", "cls", 1, 1, hidden),
            plain_tensor("pos_embed", "posembed_input", "pos_embedding", 1, None, hidden),
            *(tensor for layer in range(depth) for tensor in _block_tensors(layer, architecture)),
            *norm_tensors("norm", "encoder_norm", "", hidden),
            *dense_tensors("head", "head", "", inputs=hidden, outputs=None),
        ]

    def config_files(
        self, architecture: Architecture, components: Sequence[str], labels: Sequence[str]
    ) -> Mapping[str, object]:
        """Returns config.json, with which `timm.create_model("local-dir:…")` makes the model.

        The architecture's name only selects the constructor; `model_args` give every size.
        """
        sizes = {size.hidden_size: name for name, size in SIZES.items()}
        size_name = _SIZE_NAMES[sizes.get(architecture.hidden_size, "B")]
        config = {
            "architecture": f"vit_{size_name}_patch16_224",
            "num_classes": architecture.num_classes,
            "num_features": architecture.hidden_size,
            "model_args": {
                "img_size": architecture.image_size,
                "patch_size": architecture.patch_size,
                "embed_dim": architecture.hidden_size,
                "depth": count_blocks(components),
                "num_heads": architecture.num_heads,
                "mlp_ratio": architecture.mlp_dim / architecture.hidden_size,
                "act_layer": "gelu_tanh",
            },
            "pretrained_cfg": {
                "num_classes": architecture.num_classes,
                "input_size": [3, architecture.image_size, architecture.image_size],
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
        return {"config.json": config}


def timm_notices(config: Mapping[str, Any], architecture: Architecture) -> list[str]:
    """Compares config.json of timm with a model here, where tensors cannot tell.

    Arguments that `model_args` leaves out follow from the name of the architecture.

    Returns:
        The differences that do not prevent reading the model, one line each.

    Raises:
        ValueError: the model has another number of attention heads, does not classify by its class
            token, or has images or patches that are no squares.
    """
    arguments = config.get("model_args") or {}
    about = config.get("pretrained_cfg") or {}
    size = re.match(r"(?:vit|deit3?)_(tiny|small|base|large)_", str(config.get("architecture")))
    usual = {_SIZE_NAMES[name]: each.num_heads for name, each in SIZES.items()}
    check_heads(arguments.get("num_heads", usual.get(size[1]) if size else None), architecture)
    input_size = about.get("input_size") or [None]
    check_squares(arguments.get("img_size", input_size[1:]), arguments.get("patch_size"))
    pool = arguments.get("global_pool") or config.get("global_pool") or "token"
    if pool != "token":
        raise ValueError(f"says global_pool={pool}, where a class token is expected (token)")
    is_tanh = arguments.get("act_layer") in _TANH_GELU
    return [] if is_tanh else [exact_gelu_notice()]


def _block_tensors(layer: int, architecture: Architecture) -> list[Tensor]:
    hidden = architecture.hidden_size
    name, component = f"blocks.{layer}", f"encoderblock_{layer}"
    return [
        *norm_tensors(f"{name}.norm1", component, "LayerNorm_0/", hidden),
        _fused_tensor(f"{name}.attn.qkv.weight", component, "kernel", architecture),
        _fused_tensor(f"{name}.attn.qkv.bias", component, "bias", architecture),
        *output_tensors(f"{name}.attn.proj", component, architecture),
        *norm_tensors(f"{name}.norm2", component, "LayerNorm_2/", hidden),
        *mlp_tensors(f"{name}.mlp.fc1", f"{name}.mlp.fc2", component, architecture),
    ]


def _fused_tensor(name: str, component: str, param: str, architecture: Architecture) -> Tensor:
    """Returns the tensor that stacks query, key and value: (3 hidden, hidden) or (3 hidden)."""
    hidden = architecture.hidden_size
    heads = (architecture.num_heads, architecture.head_dim)
    inputs = (hidden,) if param == "kernel" else ()
    names = [f"{ATTENTION}/{projection}/{param}" for projection in ("query", "key", "value")]

    def to_params(array: np.ndarray) -> HostParams:
        parts = np.split(array, len(names))
        return {
            each: part.T.reshape(*inputs, *heads) for each, part in zip(names, parts, strict=True)
        }

    def from_params(params: HostParams) -> np.ndarray:
        return np.concatenate([params[each].reshape(*inputs, hidden).T for each in names])

    return Tensor(name, component, (3 * hidden, *inputs), to_params, from_params)
