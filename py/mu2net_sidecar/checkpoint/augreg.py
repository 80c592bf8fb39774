"""The layout of vision_transformer's checkpoints, AugReg's among them (Steiner et al., 2022)."""

from __future__ import annotations

from mu2net_sidecar.checkpoint.layout import Tensor, same
from mu2net_sidecar.model import Architecture

WITHIN = {
    "embedding": "embedding/",
    "cls": "",
    "posembed_input": "Transformer/posembed_input/",
    "encoder_norm": "Transformer/encoder_norm/",
    "head": "head/",
}


def prefix_of(component: str) -> str:
    """What stands before the names of a component's parameters."""
    return WITHIN.get(component, f"Transformer/{component}/")


class AugReg:
    """An npz file of flax's parameters, the modules' names joined by slashes."""

    name = "AugReg"
    dropped = ("pre_logits/",)

    def recognises(self, names: frozenset[str]) -> bool:
        """Whether a file with tensors of these names is of this layout."""
        return "embedding/kernel" in names

    def tensors(self, architecture: Architecture, depth: int) -> list[Tensor]:
        """The tensors of a model without adapters; the head's come last."""
        patch, hidden = architecture.patch_size, architecture.hidden_size
        mlp = architecture.mlp_dim
        split = (architecture.num_heads, architecture.head_dim)

        def own(component: str, param: str, *shape: int | None) -> Tensor:
            return same(prefix_of(component) + param, component, param, *shape)

        def block(component: str) -> list[Tensor]:
            attention = "MultiHeadDotProductAttention_1"
            return [
                *(
                    own(component, f"{norm}/{param}", hidden)
                    for norm in ("LayerNorm_0", "LayerNorm_2")
                    for param in ("scale", "bias")
                ),
                *(
                    tensor
                    for projection in ("query", "key", "value")
                    for tensor in (
                        own(component, f"{attention}/{projection}/kernel", hidden, *split),
                        own(component, f"{attention}/{projection}/bias", *split),
                    )
                ),
                own(component, f"{attention}/out/kernel", *split, hidden),
                own(component, f"{attention}/out/bias", hidden),
                own(component, "MlpBlock_3/Dense_0/kernel", hidden, mlp),
                own(component, "MlpBlock_3/Dense_0/bias", mlp),
                own(component, "MlpBlock_3/Dense_1/kernel", mlp, hidden),
                own(component, "MlpBlock_3/Dense_1/bias", hidden),
            ]

        return [
            own("embedding", "kernel", patch, patch, 3, hidden),
            own("embedding", "bias", hidden),
            own("cls", "cls", 1, 1, hidden),
            own("posembed_input", "pos_embedding", 1, None, hidden),
            *(tensor for layer in range(depth) for tensor in block(f"encoderblock_{layer}")),
            own("encoder_norm", "scale", hidden),
            own("encoder_norm", "bias", hidden),
            own("head", "kernel", hidden, None),
            own("head", "bias", None),
        ]
