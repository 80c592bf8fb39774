"""Tensors of PyTorch's layers, which timm and transformers share.

PyTorch stores the weight of a dense layer as (outputs, inputs) and that of a convolution as
(outputs, inputs, height, width). The parameters here are in flax's order: (inputs, outputs) and
(height, width, inputs, outputs).
"""

from __future__ import annotations

from collections.abc import Sequence

from mu2net_sidecar.checkpoint.layouts._layout import Tensor, plain_tensor
from mu2net_sidecar.model import Architecture

ATTENTION = "MultiHeadDotProductAttention_1"
"""Prefix of the attention's parameters in an encoder block."""


def patch_tensors(name: str, architecture: Architecture) -> list[Tensor]:
    """Returns the tensors of the patch embedding, a convolution (hidden, 3, patch, patch)."""
    patch, hidden = architecture.patch_size, architecture.hidden_size
    return [
        Tensor(
            f"{name}.weight",
            "embedding",
            (hidden, 3, patch, patch),
            to_params=lambda array: {"kernel": array.transpose(2, 3, 1, 0)},
            from_params=lambda params: params["kernel"].transpose(3, 2, 0, 1),
        ),
        plain_tensor(f"{name}.bias", "embedding", "bias", hidden),
    ]


def norm_tensors(name: str, component: str, prefix: str, hidden: int) -> list[Tensor]:
    """Returns the tensors of a layer norm, whose parameters are `<prefix>scale` and `…bias`."""
    return [
        plain_tensor(f"{name}.weight", component, f"{prefix}scale", hidden),
        plain_tensor(f"{name}.bias", component, f"{prefix}bias", hidden),
    ]


def dense_tensors(
    name: str, component: str, prefix: str, *, inputs: int, outputs: int | None
) -> list[Tensor]:
    """Returns the tensors of a dense layer, whose parameters are `<prefix>kernel` and `…bias`."""
    kernel = f"{prefix}kernel"
    return [
        Tensor(
            f"{name}.weight",
            component,
            (outputs, inputs),
            to_params=lambda array: {kernel: array.T},
            from_params=lambda params: params[kernel].T,
        ),
        plain_tensor(f"{name}.bias", component, f"{prefix}bias", outputs),
    ]


def mlp_tensors(
    first: str, second: str, component: str, architecture: Architecture
) -> list[Tensor]:
    """Returns the tensors of an encoder block's MLP, two dense layers."""
    hidden, width = architecture.hidden_size, architecture.mlp_dim
    return [
        *dense_tensors(first, component, "MlpBlock_3/Dense_0/", inputs=hidden, outputs=width),
        *dense_tensors(second, component, "MlpBlock_3/Dense_1/", inputs=width, outputs=hidden),
    ]


def projection_tensors(
    name: str, component: str, projection: str, architecture: Architecture
) -> list[Tensor]:
    """Returns the tensors of attention's projection to heads: `query`, `key` or `value`.

    PyTorch's weight is (hidden, hidden) and its bias (hidden); the parameters have axes for heads:
    (hidden, heads, hidden / heads) and (heads, hidden / heads).
    """
    hidden = architecture.hidden_size
    heads = (architecture.num_heads, architecture.head_dim)
    param = f"{ATTENTION}/{projection}"
    return [
        _heads_tensor(
            f"{name}.weight",
            component,
            f"{param}/kernel",
            stored=(hidden, hidden),
            kernel=(hidden, *heads),
        ),
        _heads_tensor(f"{name}.bias", component, f"{param}/bias", stored=(hidden,), kernel=heads),
    ]


def output_tensors(name: str, component: str, architecture: Architecture) -> list[Tensor]:
    """Returns the tensors of attention's projection from heads.

    PyTorch's weight is (hidden, hidden); the kernel is (heads, hidden / heads, hidden).
    """
    hidden = architecture.hidden_size
    kernel = (architecture.num_heads, architecture.head_dim, hidden)
    param = f"{ATTENTION}/out"
    return [
        _heads_tensor(
            f"{name}.weight", component, f"{param}/kernel", stored=(hidden, hidden), kernel=kernel
        ),
        plain_tensor(f"{name}.bias", component, f"{param}/bias", hidden),
    ]


def _heads_tensor(
    name: str, component: str, param: str, *, stored: Sequence[int], kernel: Sequence[int]
) -> Tensor:
    """Returns a tensor of shape `stored` whose transpose, reshaped to `kernel`, is a parameter."""
    inputs_first = tuple(reversed(stored))
    return Tensor(
        name,
        component,
        tuple(stored),
        to_params=lambda array: {param: array.T.reshape(kernel)},
        from_params=lambda params: params[param].reshape(inputs_first).T,
    )
