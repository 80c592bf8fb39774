"""A model's description in the formats that have no configuration of their own."""

from __future__ import annotations

from collections.abc import Sequence

from mu2net_sidecar.model import Architecture


def describe_model(
    architecture: Architecture, components: Sequence[str], labels: Sequence[str]
) -> dict[str, object]:
    """Returns what others need to know to serve a model, as JSON values.

    Args:
        architecture: architecture of the model.
        components: names of its components, in forward order.
        labels: names of the classes in order; may be empty.
    """
    side = architecture.image_size
    return {
        "input": {
            "shape": ["batch", side, side, 3],
            "dtype": "float32",
            "range": [-1, 1],
            "resize": "by averaging to a longest side of at most 1024 pixels, then bilinear, "
            "half-pixel centres, no antialiasing",
        },
        "output": {
            "shape": ["batch", architecture.num_classes],
            "dtype": "float32",
            "is": "logits",
        },
        "patch_size": architecture.patch_size,
        "hidden_size": architecture.hidden_size,
        "mlp_dim": architecture.mlp_dim,
        "num_heads": architecture.num_heads,
        "components": list(components),
        "labels": list(labels),
    }
