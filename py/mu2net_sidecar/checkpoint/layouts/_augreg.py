"""AugReg: the layout of vision_transformer's checkpoints (Steiner et al., 2022)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mu2net_sidecar.checkpoint.layouts._description import describe_model
from mu2net_sidecar.checkpoint.layouts._layout import Model, Tensor, plain_tensor
from mu2net_sidecar.model import Architecture

_PREFIXES = {
    "embedding": "embedding/",
    "cls": "",
    "posembed_input": "Transformer/posembed_input/",
    "encoder_norm": "Transformer/encoder_norm/",
    "head": "head/",
}


class AugReg:
    """An npz file of flax's parameters, the names of modules joined by slashes."""

    name = "AugReg"
    ignored_prefixes = ("pre_logits/",)

    def recognises(self, names: frozenset[str]) -> bool:
        """Returns whether a file with tensors of these names has this layout."""
        return "embedding/kernel" in names

    def tensors(self, architecture: Architecture, depth: int) -> list[Tensor]:
        """Returns the tensors of a model without adapters, the head's last."""
        patch, hidden = architecture.patch_size, architecture.hidden_size
        return [
            _tensor("embedding", "kernel", patch, patch, 3, hidden),
            _tensor("embedding", "bias", hidden),
            _tensor("cls", "cls", 1, 1, hidden),
            _tensor("posembed_input", "pos_embedding", 1, None, hidden),
            *(tensor for layer in range(depth) for tensor in _block_tensors(layer, architecture)),
            _tensor("encoder_norm", "scale", hidden),
            _tensor("encoder_norm", "bias", hidden),
            _tensor("head", "kernel", hidden, None),
            _tensor("head", "bias", None),
        ]

    def model_tensors(self, model: Model) -> dict[str, np.ndarray]:
        """Returns all parameters of a model by their names in the file.

        Residual adapters have the names of the papers' code:
        `Transformer/residual_adapter_<layer>/<param>`.
        """
        return {
            _prefix_of(component) + param: np.asarray(array)
            for component, params in model.items()
            for param, array in params.items()
        }

    def config_files(
        self, architecture: Architecture, components: Sequence[str], labels: Sequence[str]
    ) -> Mapping[str, object]:
        """Returns the description of the model, because vision_transformer has no format for it."""
        return {"config.json": describe_model(architecture, components, labels)}


def _prefix_of(component: str) -> str:
    """Returns what precedes the names of a component's parameters in the file."""
    return _PREFIXES.get(component, f"Transformer/{component}/")


def _tensor(component: str, param: str, *shape: int | None) -> Tensor:
    return plain_tensor(_prefix_of(component) + param, component, param, *shape)


def _block_tensors(layer: int, architecture: Architecture) -> list[Tensor]:
    component, attention = f"encoderblock_{layer}", "MultiHeadDotProductAttention_1"
    hidden, mlp = architecture.hidden_size, architecture.mlp_dim
    heads = (architecture.num_heads, architecture.head_dim)
    shapes: dict[str, Sequence[int]] = {
        "LayerNorm_0/scale": (hidden,),
        "LayerNorm_0/bias": (hidden,),
        "LayerNorm_2/scale": (hidden,),
        "LayerNorm_2/bias": (hidden,),
        f"{attention}/query/kernel": (hidden, *heads),
        f"{attention}/query/bias": heads,
        f"{attention}/key/kernel": (hidden, *heads),
        f"{attention}/key/bias": heads,
        f"{attention}/value/kernel": (hidden, *heads),
        f"{attention}/value/bias": heads,
        f"{attention}/out/kernel": (*heads, hidden),
        f"{attention}/out/bias": (hidden,),
        "MlpBlock_3/Dense_0/kernel": (hidden, mlp),
        "MlpBlock_3/Dense_0/bias": (mlp,),
        "MlpBlock_3/Dense_1/kernel": (mlp, hidden),
        "MlpBlock_3/Dense_1/bias": (hidden,),
    }
    return [_tensor(component, param, *shape) for param, shape in shapes.items()]
