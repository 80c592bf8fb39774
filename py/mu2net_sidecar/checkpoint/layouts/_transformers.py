"""transformers: the layout and the configuration of Hugging Face's ViT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from mu2net_sidecar.checkpoint.layouts._config_checks import (
    check_heads,
    check_squares,
    exact_gelu_notice,
)
from mu2net_sidecar.checkpoint.layouts._layout import Tensor, count_blocks, plain_tensor
from mu2net_sidecar.checkpoint.layouts._torch_tensors import (
    dense_tensors,
    mlp_tensors,
    norm_tensors,
    output_tensors,
    patch_tensors,
    projection_tensors,
)
from mu2net_sidecar.model import LAYER_NORM_EPSILON, Architecture

_TANH_GELU = ("gelu_pytorch_tanh", "gelu_new", "gelu_fast")
"""transformers' names of GELU's tanh approximation, which is used here."""


class _BlockNames(NamedTuple):
    """Names of an encoder block's layers, each but the first below the block."""

    blocks: str
    query: str
    key: str
    value: str
    attention_output: str
    mlp: tuple[str, str]


PUBLISHED_NAMES = _BlockNames(
    "encoder.layer",
    "attention.attention.query",
    "attention.attention.key",
    "attention.attention.value",
    "attention.output.dense",
    ("intermediate.dense", "output.dense"),
)
"""Those of files on the hub, which transformers 5 still reads and writes."""

MEMORY_NAMES = _BlockNames(
    "layers",
    "attention.q_proj",
    "attention.k_proj",
    "attention.v_proj",
    "attention.o_proj",
    ("mlp.fc1", "mlp.fc2"),
)
"""Those of a `state_dict()` since transformers 5.9."""


@dataclass(frozen=True)
class Transformers:
    """A safetensors file with transformers' names.

    Attributes:
        prefix: `vit.` for a ViTForImageClassification; empty for a ViTModel, which has no head.
        blocks: names of an encoder block's layers.
    """

    prefix: str
    blocks: _BlockNames = PUBLISHED_NAMES
    name: str = "Hugging Face"
    ignored_prefixes: tuple[str, ...] = ("pooler.", "vit.pooler.")

    def recognises(self, names: frozenset[str]) -> bool:
        """Returns whether a file with tensors of these names has this layout."""
        is_from_memory = any(
            name.startswith(f"{self.prefix}{MEMORY_NAMES.blocks}.") for name in names
        )
        return (
            f"{self.prefix}embeddings.patch_embeddings.projection.weight" in names
            and is_from_memory == (self.blocks is MEMORY_NAMES)
        )

    def tensors(self, architecture: Architecture, depth: int) -> list[Tensor]:
        """Returns the tensors of a model without adapters, the head's last."""
        hidden, embeddings = architecture.hidden_size, f"{self.prefix}embeddings"
        positions = (f"{embeddings}.position_embeddings", "posembed_input", "pos_embedding")
        return [
            *patch_tensors(f"{embeddings}.patch_embeddings.projection", architecture),
            plain_tensor(f"{embeddings}.cls_token", "cls", "cls", 1, 1, hidden),
            plain_tensor(*positions, 1, None, hidden),
            *(
                tensor
                for layer in range(depth)
                for tensor in self._block_tensors(layer, architecture)
            ),
            *norm_tensors(f"{self.prefix}layernorm", "encoder_norm", "", hidden),
            *dense_tensors("classifier", "head", "", inputs=hidden, outputs=None),
        ]

    def config_files(
        self, architecture: Architecture, components: Sequence[str], labels: Sequence[str]
    ) -> Mapping[str, object]:
        """Returns config.json and preprocessor_config.json, which `from_pretrained` reads."""
        config = _model_config(architecture, count_blocks(components), labels)
        processor = {
            "image_processor_type": "ViTImageProcessor",
            "do_resize": True,
            "size": {"height": architecture.image_size, "width": architecture.image_size},
            "resample": 2,
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "image_mean": [0.5, 0.5, 0.5],
            "image_std": [0.5, 0.5, 0.5],
        }
        return {"config.json": config, "preprocessor_config.json": processor}

    def _block_tensors(self, layer: int, architecture: Architecture) -> list[Tensor]:
        hidden = architecture.hidden_size
        blocks = self.blocks
        name, component = f"{self.prefix}{blocks.blocks}.{layer}", f"encoderblock_{layer}"
        projections = {"query": blocks.query, "key": blocks.key, "value": blocks.value}
        first, second = (f"{name}.{dense}" for dense in blocks.mlp)
        return [
            *norm_tensors(f"{name}.layernorm_before", component, "LayerNorm_0/", hidden),
            *(
                tensor
                for projection, own in projections.items()
                for tensor in projection_tensors(
                    f"{name}.{own}", component, projection, architecture
                )
            ),
            *output_tensors(f"{name}.{blocks.attention_output}", component, architecture),
            *norm_tensors(f"{name}.layernorm_after", component, "LayerNorm_2/", hidden),
            *mlp_tensors(first, second, component, architecture),
        ]


def transformers_notices(config: Mapping[str, Any], architecture: Architecture) -> list[str]:
    """Compares config.json of transformers with a model here, where tensors cannot tell.

    Returns:
        The differences that do not prevent reading the model, one line each.

    Raises:
        ValueError: the configuration has another number of attention heads, or images or patches
            that are no squares.
    """
    check_heads(config.get("num_attention_heads"), architecture)
    check_squares(config.get("image_size"), config.get("patch_size"))
    activation = config.get("hidden_act", _TANH_GELU[0])
    epsilon = config.get("layer_norm_eps", LAYER_NORM_EPSILON)
    notices: list[str] = []
    if activation == "gelu":
        notices.append(exact_gelu_notice())
    elif activation not in _TANH_GELU:
        notices.append(f"it was trained with {activation} and runs with GELU")
    if epsilon != LAYER_NORM_EPSILON:
        notices.append(f"its layer norms had ε = {epsilon} and have 1e-06 here")
    return notices


def _model_config(
    architecture: Architecture, depth: int, labels: Sequence[str]
) -> dict[str, object]:
    names = labels or [f"LABEL_{label}" for label in range(architecture.num_classes)]
    return {
        "architectures": ["ViTForImageClassification"],
        "model_type": "vit",
        "hidden_size": architecture.hidden_size,
        "intermediate_size": architecture.mlp_dim,
        "num_attention_heads": architecture.num_heads,
        "num_hidden_layers": depth,
        "patch_size": architecture.patch_size,
        "image_size": architecture.image_size,
        "num_channels": 3,
        "qkv_bias": True,
        "hidden_act": _TANH_GELU[0],
        "layer_norm_eps": LAYER_NORM_EPSILON,
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
        "id2label": {str(label): name for label, name in enumerate(names)},
        "label2id": {name: label for label, name in enumerate(names)},
        "torch_dtype": "float32",
    }
