"""Reads config.json beside a checkpoint for what its tensors cannot tell."""

from __future__ import annotations

import json
from pathlib import Path

from mu2net_sidecar.checkpoint.layouts import timm_notices, transformers_notices
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture


def read_config_notices(source: str, architecture: Architecture) -> list[str]:
    """Returns what config.json beside a local safetensors file says of the model.

    Args:
        source: path or URL of the checkpoint.
        architecture: architecture of the system.

    Returns:
        The settings that differ here, one line each; none without a config.json.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when it says a model that cannot be a root.
    """
    path = Path(source).with_name("config.json")
    if "://" in source or not source.endswith(".safetensors") or not path.is_file():
        return []
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        config = None
    if not isinstance(config, dict):
        return [f"{path} cannot be read and is ignored"]
    try:
        # Only timm names the constructor; transformers has a list of `architectures`.
        notices_of = timm_notices if "architecture" in config else transformers_notices
        return notices_of(config, architecture)
    except ValueError as error:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{path} {error}; name a checkpoint of root.architecture",
        ) from error
