"""Reads a root model from a checkpoint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mu2net_sidecar.checkpoint._config import read_config_notices
from mu2net_sidecar.checkpoint._reader import read_model
from mu2net_sidecar.checkpoint.files import (
    AUGREG_SCHEME,
    OnProgress,
    find_augreg_checkpoint,
    open_source,
)
from mu2net_sidecar.checkpoint.layouts import HostParams, architecture_name
from mu2net_sidecar.model import Architecture, initialise, resample


@dataclass(frozen=True)
class Root:
    """A root model.

    Attributes:
        components: parameters, float32, by component name, in the order that was asked for.
        sha256: sha256 of the file, in hexadecimal digits.
        notices: what of the file was changed or left out, one line each.
    """

    components: dict[str, HostParams]
    sha256: str
    notices: list[str]


def read_root(
    source: str,
    architecture: Architecture,
    *,
    depth: int,
    components: Sequence[str],
    sha256: str | None = None,
    on_progress: OnProgress,
) -> Root:
    """Reads the components of a root model (method §7).

    The position embedding is resampled to the grid of the architecture. The head is initialised
    anew, because every task gets a head of its own.

    Args:
        source: path or URL of an npz or safetensors file, or `augreg:` and a query.
        architecture: architecture of the system, at the root's image size.
        depth: encoder blocks of the file's model; paths may use fewer.
        components: names of the components to read.
        sha256: hash that the file must have, in hexadecimal digits. None: any.
        on_progress: receives the bytes read so far and the bytes in all.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` or `CHECKPOINT_INVALID`.
    """
    if source.startswith(AUGREG_SCHEME):
        query = source.removeprefix(AUGREG_SCHEME).strip()
        source = find_augreg_checkpoint(query, architecture_name(architecture, depth))
    with open_source(source, sha256, on_progress) as (path, digest):
        notices = read_config_notices(source, architecture)
        model = read_model(path, architecture, depth, components=components, shown=source)
    params = dict(model.components)
    if model.ignored:
        notices.append(f"the representation layer {model.ignored[0].split('/')[0]} is left out")
    if "posembed_input" in params:
        params["posembed_input"], resampled = _resample(params["posembed_input"], architecture.grid)
        notices.extend(resampled)
    if "head" in components:
        params["head"] = initialise("head", architecture, seed=0)
    ordered = {name: params[name] for name in components}
    return Root(ordered, digest, [f"{model.layout} layout", *notices])


def _resample(params: HostParams, grid: int) -> tuple[HostParams, list[str]]:
    """Resamples a position embedding if its grid differs, and adds a notice in that case."""
    ((name, embedding),) = params.items()
    side = math.isqrt(embedding.shape[1] - 1)
    if side == grid:
        return params, []
    notice = f"the position embedding is resampled from {side}×{side} patches to {grid}×{grid}"
    return {name: resample(embedding, grid)}, [notice]
