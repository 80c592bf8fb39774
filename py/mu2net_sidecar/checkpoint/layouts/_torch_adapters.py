"""The code that adds residual adapters to a ViT of timm or transformers."""

from __future__ import annotations

from importlib import resources


def torch_adapters_code() -> str:
    """Returns the source of `adapters.py`, which exports to timm and transformers contain.

    It needs PyTorch, which the sidecar does not have; so it is a text file of this package.
    """
    folder = resources.files("mu2net_sidecar.checkpoint.layouts")
    return folder.joinpath("torch_adapters.py.txt").read_text(encoding="utf-8")
