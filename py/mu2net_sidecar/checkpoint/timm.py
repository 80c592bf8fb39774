"""The layout of timm's VisionTransformer."""

from __future__ import annotations

import numpy as np

from mu2net_sidecar.checkpoint.layout import HostParams, Tensor, patches, reshaped, same
from mu2net_sidecar.checkpoint.torch_block import ATTENTION, dense, mlp, norm
from mu2net_sidecar.model import Architecture

PROJECTIONS = ("query", "key", "value")


class Timm:
    """timm's parameters: query, key and value are one tensor."""

    name = "timm"
    dropped = ("pre_logits.",)

    def recognises(self, names: frozenset[str]) -> bool:
        """Whether a file with tensors of these names is of this layout."""
        return "patch_embed.proj.weight" in names

    def tensors(self, architecture: Architecture, depth: int) -> list[Tensor]:
        """The tensors of a model without adapters; the head's come last."""
        hidden = architecture.hidden_size
        return [
            patches("patch_embed.proj.weight", architecture),
            same("patch_embed.proj.bias", "embedding", "bias", hidden),
            same("cls_token", "cls", "cls", 1, 1, hidden),
            same("pos_embed", "posembed_input", "pos_embedding", 1, None, hidden),
            *(tensor for layer in range(depth) for tensor in _block(layer, architecture)),
            *norm("norm", "encoder_norm", "", hidden),
            *dense("head", "head", "", hidden, None),
        ]


def _block(layer: int, architecture: Architecture) -> list[Tensor]:
    hidden = architecture.hidden_size
    heads = (architecture.num_heads, architecture.head_dim)
    name, component = f"blocks.{layer}", f"encoderblock_{layer}"
    return [
        *norm(f"{name}.norm1", component, "LayerNorm_0/", hidden),
        _fused(f"{name}.attn.qkv.weight", component, "kernel", hidden, heads),
        _fused(f"{name}.attn.qkv.bias", component, "bias", hidden, heads),
        reshaped(
            f"{name}.attn.proj.weight",
            component,
            f"{ATTENTION}/out/kernel",
            (hidden, hidden),
            (*heads, hidden),
        ),
        same(f"{name}.attn.proj.bias", component, f"{ATTENTION}/out/bias", hidden),
        *norm(f"{name}.norm2", component, "LayerNorm_2/", hidden),
        *mlp(f"{name}.mlp.fc1", f"{name}.mlp.fc2", component, architecture),
    ]


def _fused(name: str, component: str, param: str, hidden: int, heads: tuple[int, int]) -> Tensor:
    """Query, key and value below each other."""
    inputs = (hidden,) if param == "kernel" else ()
    params = [f"{ATTENTION}/{projection}/{param}" for projection in PROJECTIONS]

    def split(array: np.ndarray) -> HostParams:
        parts = np.split(array, len(params))
        return {
            each: part.T.reshape(*inputs, *heads) for each, part in zip(params, parts, strict=True)
        }

    def join(held: HostParams) -> np.ndarray:
        return np.concatenate([held[each].reshape(*inputs, hidden).T for each in params])

    return Tensor(name, component, (3 * hidden, *inputs), split, join)
