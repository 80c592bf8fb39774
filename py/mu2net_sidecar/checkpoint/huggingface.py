"""The layout of Hugging Face transformers' ViT."""

from __future__ import annotations

from dataclasses import dataclass

from mu2net_sidecar.checkpoint.layout import Tensor, patches, reshaped, same
from mu2net_sidecar.checkpoint.torch_block import ATTENTION, dense, mlp, norm
from mu2net_sidecar.model import Architecture


@dataclass(frozen=True)
class HuggingFace:
    """transformers' parameters.

    Attributes:
        prefix: `vit.` in a ViTForImageClassification, nothing in a ViTModel, which has no head.
    """

    prefix: str
    name: str = "Hugging Face"
    dropped: tuple[str, ...] = ("pooler.", "vit.pooler.")

    def recognises(self, names: frozenset[str]) -> bool:
        """Whether a file with tensors of these names is of this layout."""
        return f"{self.prefix}embeddings.patch_embeddings.projection.weight" in names

    def tensors(self, architecture: Architecture, depth: int) -> list[Tensor]:
        """The tensors of a model without adapters; the head's come last."""
        hidden = architecture.hidden_size
        embeddings = f"{self.prefix}embeddings"
        projection = f"{embeddings}.patch_embeddings.projection"
        return [
            patches(f"{projection}.weight", architecture),
            same(f"{projection}.bias", "embedding", "bias", hidden),
            same(f"{embeddings}.cls_token", "cls", "cls", 1, 1, hidden),
            same(
                f"{embeddings}.position_embeddings",
                "posembed_input",
                "pos_embedding",
                *(1, None, hidden),
            ),
            *(t for layer in range(depth) for t in self._block(layer, architecture)),
            *norm(f"{self.prefix}layernorm", "encoder_norm", "", hidden),
            *dense("classifier", "head", "", hidden, None),
        ]

    def _block(self, layer: int, architecture: Architecture) -> list[Tensor]:
        hidden = architecture.hidden_size
        heads = (architecture.num_heads, architecture.head_dim)
        name, component = f"{self.prefix}encoder.layer.{layer}", f"encoderblock_{layer}"
        projections = [
            tensor
            for each in ("query", "key", "value")
            for tensor in (
                reshaped(
                    f"{name}.attention.attention.{each}.weight",
                    component,
                    f"{ATTENTION}/{each}/kernel",
                    (hidden, hidden),
                    (hidden, *heads),
                ),
                reshaped(
                    f"{name}.attention.attention.{each}.bias",
                    component,
                    f"{ATTENTION}/{each}/bias",
                    (hidden,),
                    heads,
                ),
            )
        ]
        return [
            *norm(f"{name}.layernorm_before", component, "LayerNorm_0/", hidden),
            *projections,
            reshaped(
                f"{name}.attention.output.dense.weight",
                component,
                f"{ATTENTION}/out/kernel",
                (hidden, hidden),
                (*heads, hidden),
            ),
            same(f"{name}.attention.output.dense.bias", component, f"{ATTENTION}/out/bias", hidden),
            *norm(f"{name}.layernorm_after", component, "LayerNorm_2/", hidden),
            *mlp(f"{name}.intermediate.dense", f"{name}.output.dense", component, architecture),
        ]
