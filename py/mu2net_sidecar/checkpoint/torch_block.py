"""What timm's and Hugging Face's layouts of an encoder block have in common."""

from __future__ import annotations

from mu2net_sidecar.checkpoint.layout import Tensor, matrix, same
from mu2net_sidecar.model import Architecture

ATTENTION = "MultiHeadDotProductAttention_1"


def norm(name: str, component: str, param: str, hidden: int) -> list[Tensor]:
    """A layer norm; `param` stands before `scale` and `bias`."""
    return [
        same(f"{name}.weight", component, f"{param}scale", hidden),
        same(f"{name}.bias", component, f"{param}bias", hidden),
    ]


def dense(name: str, component: str, param: str, inputs: int, outputs: int | None) -> list[Tensor]:
    """A dense layer; `param` stands before `kernel` and `bias`."""
    return [
        matrix(f"{name}.weight", component, f"{param}kernel", (inputs, outputs)),
        same(f"{name}.bias", component, f"{param}bias", outputs),
    ]


def mlp(first: str, second: str, component: str, architecture: Architecture) -> list[Tensor]:
    """The two dense layers of an encoder block."""
    hidden, width = architecture.hidden_size, architecture.mlp_dim
    return [
        *dense(first, component, "MlpBlock_3/Dense_0/", hidden, width),
        *dense(second, component, "MlpBlock_3/Dense_1/", width, hidden),
    ]
