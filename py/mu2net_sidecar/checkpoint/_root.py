"""Reads a root model from a checkpoint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mu2net_sidecar.checkpoint._config import read_config_notices
from mu2net_sidecar.checkpoint._reader import read_model
from mu2net_sidecar.checkpoint.fetched import (
    FetchedRoot,
    fetch_root,
    find_fetched,
    parse_root_name,
    survey_file,
)
from mu2net_sidecar.checkpoint.files import (
    AUGREG_SCHEME,
    OnProgress,
    find_augreg_checkpoint,
    open_source,
)
from mu2net_sidecar.checkpoint.layouts import HostParams, Survey, architecture_name
from mu2net_sidecar.errors import SidecarError
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
        source: path or URL of an npz or safetensors file, the name of a root, or `augreg:` and a
            query. A root that was not fetched yet is downloaded to the user's cache.
        architecture: architecture of the system, at the root's image size.
        depth: encoder blocks of the file's model; paths may use fewer.
        components: names of the components to read.
        sha256: hash that the file must have, in hexadecimal digits. None: any.
        on_progress: receives the bytes read so far and the bytes in all.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` or `CHECKPOINT_INVALID`.
    """
    source, fetched = _place_of(source, architecture_name(architecture, depth), sha256, on_progress)
    with open_source(source, sha256, on_progress) as (path, digest):
        if fetched is not None and fetched.sha256 != digest:
            raise SidecarError(
                "CHECKPOINT_INVALID",
                f"{source} is damaged: its sha256 is {digest}, and was {fetched.sha256} when "
                f"{fetched.name} was fetched; delete it, and fetch it again",
            )
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


def fetch_named_root(
    text: str, sha256: str | None, on_progress: OnProgress
) -> tuple[Path, FetchedRoot]:
    """Fetches a root into the user's cache, if it is not there.

    Args:
        text: its name, or `augreg:` and a query that names the architecture too.
        sha256: hash that its file must have, in hexadecimal digits. None: any.
        on_progress: receives the bytes so far and in all.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` or `CHECKPOINT_INVALID`.
    """
    found = _select(text, None)
    name = parse_root_name(found)
    if name is None:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{found} is a place, not the name of a root, so there is nothing to fetch; "
            "write it as root.checkpoint",
        )
    return fetch_root(name, sha256=sha256, on_progress=on_progress)


def locate_root(source: str) -> tuple[Path, FetchedRoot] | str:
    """Says what a root is on this machine; uses no network.

    Returns:
        The file of a root that was fetched, and what is known of it; any other source as a path, a
        URL, or the name of a root that was not fetched.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when it is a malformed name or query.
    """
    found = _select(source, None)
    name = parse_root_name(found)
    return (name and find_fetched(name)) or found


def survey_root(source: str) -> tuple[Survey, str]:
    """Returns what a file on this machine contains, and its sha256.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` or `CHECKPOINT_INVALID`.
    """
    with open_source(source, None, lambda done, total: None) as (path, digest):
        return survey_file(path, source), digest


def _select(source: str, architecture: str | None) -> str:
    """Answers a query of AugReg; returns any other source unchanged."""
    if not source.startswith(AUGREG_SCHEME) or "==" not in source:
        return source
    return find_augreg_checkpoint(source.removeprefix(AUGREG_SCHEME).strip(), architecture)


def _place_of(
    source: str, architecture: str, sha256: str | None, on_progress: OnProgress
) -> tuple[str, FetchedRoot | None]:
    """Returns the path or URL of a checkpoint; fetches a root that has a name, and describes it."""
    source = _select(source, architecture)
    name = parse_root_name(source)
    if name is None:
        return source, None
    path, fetched = fetch_root(name, sha256=sha256, on_progress=on_progress)
    return str(path), fetched


def _resample(params: HostParams, grid: int) -> tuple[HostParams, list[str]]:
    """Resamples a position embedding if its grid differs, and adds a notice in that case."""
    ((name, embedding),) = params.items()
    side = math.isqrt(embedding.shape[1] - 1)
    if side == grid:
        return params, []
    notice = f"the position embedding is resampled from {side}×{side} patches to {grid}×{grid}"
    return {name: resample(embedding, grid)}, [notice]
