"""Computes logits of the ViT of timm and transformers, in an interpreter with PyTorch.

It shares no code with the sidecar. MU2NET_REFERENCE_PYTHON names the interpreter, and
CONTRIBUTING.md lists the packages that it needs. Commands:

    logits <library> <architecture> <image size> <classes> <weights> <images.npy> <logits.npy>
    exported <folder> <images.npy> <logits.npy>

The first loads a weights file with the library's reader; timm can also read AugReg's npz.
The second loads a model that `mu2net export` wrote, including adapters.
"""

import importlib.util
import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

SIZES = {
    "Ti": ("tiny", 192, 768, 3, 12),
    "S": ("small", 384, 1536, 6, 12),
    "B": ("base", 768, 3072, 12, 12),
    "L": ("large", 1024, 4096, 16, 24),
}


def timm_model(architecture, image_size, classes, weights):
    import timm

    size, patch = architecture.split("/")
    model = timm.create_model(
        f"vit_{SIZES[size][0]}_patch{patch}_224",
        img_size=image_size,
        num_classes=classes,
        act_layer="gelu_tanh",
    )
    if weights.endswith(".npz"):
        model.load_pretrained(weights)
    else:
        model.load_state_dict(load_file(weights), strict=True)
    return model


def transformers_model(architecture, image_size, classes, weights):
    from transformers import ViTConfig, ViTForImageClassification

    size, patch = architecture.split("/")
    _, hidden, mlp, heads, depth = SIZES[size]
    config = ViTConfig(
        hidden_size=hidden,
        intermediate_size=mlp,
        num_attention_heads=heads,
        num_hidden_layers=depth,
        patch_size=int(patch),
        image_size=image_size,
        num_labels=classes,
        hidden_act="gelu_pytorch_tanh",
        layer_norm_eps=1e-6,
    )
    # Its own reader, because modules have other names since transformers 5.9 than files.
    with tempfile.TemporaryDirectory() as folder:
        config.save_pretrained(folder)
        shutil.copy(weights, Path(folder) / "model.safetensors")
        model, about = ViTForImageClassification.from_pretrained(folder, output_loading_info=True)
    assert not any(about.values()), about
    return model


def exported_model(folder):
    config = json.loads((folder / "config.json").read_text())
    if config.get("model_type") == "vit":
        from transformers import ViTForImageClassification

        model = ViTForImageClassification.from_pretrained(folder)
        # Since transformers 5.9, the blocks belong to the model itself.
        blocks = model.vit.layers if hasattr(model.vit, "layers") else model.vit.encoder.layer
    else:
        import timm

        # timm reads config and weights from a folder in the layout of the hub.
        model = timm.create_model(f"local-dir:{folder}", pretrained=True)
        blocks = model.blocks
    adapters = folder / "adapters.py"
    if adapters.exists():
        spec = importlib.util.spec_from_file_location("adapters", adapters)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.attach(blocks, load_file(folder / "adapters.safetensors"))
    return model


def logits_of(model, images):
    """Computes logits of images (n, height, width, 3)."""
    model.eval()
    with torch.no_grad():
        out = model(torch.from_numpy(np.load(images)).permute(0, 3, 1, 2).contiguous())
    return (out if torch.is_tensor(out) else out.logits).numpy()


def main(command, *arguments):
    if command == "logits":
        library, architecture, image_size, classes, weights, images, output = arguments
        make = {"timm": timm_model, "transformers": transformers_model}[library]
        model = make(architecture, int(image_size), int(classes), weights)
    else:
        folder, images, output = arguments
        model = exported_model(Path(folder))
    np.save(output, logits_of(model, images))


if __name__ == "__main__":
    main(*sys.argv[1:])
