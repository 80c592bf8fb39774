"""A root model from a checkpoint."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mu2net_sidecar.checkpoint.augreg_index import BUCKET, SCHEME, augreg_source
from mu2net_sidecar.checkpoint.layout import HostParams
from mu2net_sidecar.checkpoint.layouts import name_of
from mu2net_sidecar.checkpoint.reader import read_model
from mu2net_sidecar.checkpoint.source import Progress, fetched
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture, initialise, resample


@dataclass(frozen=True)
class Root:
    """A root model.

    Attributes:
        components: parameters, float32, by component name, as many as were asked for.
        sha256: of the file.
        notices: what of the file was changed or left out, a line each.
    """

    components: dict[str, HostParams]
    sha256: str
    notices: list[str]


def read_root(
    source: str,
    architecture: Architecture,
    depth: int,
    names: Sequence[str],
    sha256: str | None,
    progress: Progress,
) -> Root:
    """Reads the components of a root model; its head, which nobody uses, is a fresh one.

    Args:
        source: path or URL of an npz or safetensors file, or `augreg:` and a query.
        architecture: of the system, at the root's image size.
        depth: encoder blocks of the file's model; paths may use fewer.
        names: components to read.
        sha256: what the file has to hash to. None: anything.
        progress: told the bytes read, and those there are.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` or `CHECKPOINT_INVALID`.
    """
    if source.startswith(SCHEME):
        query = source.removeprefix(SCHEME).strip()
        source = augreg_source(query, name_of(architecture, depth))
    try:
        with fetched(source, progress) as (path, digest):
            if sha256 is not None and digest != sha256:
                raise SidecarError(
                    "CHECKPOINT_INVALID",
                    f"{source} has changed: its sha256 is {digest}, and root.sha256 says "
                    f"{sha256}; restore the file, or set root.sha256 to null",
                )
            notices = _settings(source, architecture)
            read = read_model(path, architecture, depth, names, source)
    except SidecarError as error:
        if error.code == "CHECKPOINT_MISSING" and source.startswith(BUCKET):
            file = source.removeprefix(f"{BUCKET}/")
            raise SidecarError(
                error.code, f"{error.message}; a file {file} in $MU2NET_DATA/augreg is found too"
            ) from error
        raise
    components = dict(read.components)
    if read.dropped:
        notices.append(f"the representation layer {read.dropped[0].split('/')[0]} is left out")
    if "posembed_input" in components:
        (name, embedding), *_ = components["posembed_input"].items()
        side = math.isqrt(embedding.shape[1] - 1)
        if side != architecture.grid:
            components["posembed_input"] = {name: resample(embedding, architecture.grid)}
            grid = architecture.grid
            notices.append(
                f"the position embedding is resampled from {side}×{side} patches to {grid}×{grid}"
            )
    if "head" in names:
        components["head"] = initialise("head", architecture, seed=0)
    ordered = {name: components[name] for name in names}
    return Root(ordered, digest, [f"{read.layout} layout", *notices])


def _settings(source: str, architecture: Architecture) -> list[str]:
    """What config.json beside a local safetensors file says that shapes do not.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when it has another number of heads.
    """
    path = Path(source).with_name("config.json")
    if "://" in source or not source.endswith(".safetensors") or not path.is_file():
        return []
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        heads = config.get("num_attention_heads", architecture.num_heads)
        activation = config.get("hidden_act", "gelu_pytorch_tanh")
        epsilon = config.get("layer_norm_eps", 1e-6)
    except (ValueError, AttributeError, OSError):
        return [f"{path} is not understood and not heeded"]
    if heads != architecture.num_heads:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{path} says {heads} attention heads where {architecture.num_heads} are expected; "
            "name a checkpoint of root.architecture",
        )
    notices: list[str] = []
    if activation == "gelu":
        notices.append("it was trained with exact GELU and runs with its tanh approximation")
    elif activation not in ("gelu_pytorch_tanh", "gelu_new", "gelu_fast"):
        notices.append(f"it was trained with {activation} and runs with GELU")
    if epsilon != 1e-6:
        notices.append(f"its layer norms had ε = {epsilon} and have 1e-06 here")
    return notices
