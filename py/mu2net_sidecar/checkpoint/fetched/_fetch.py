"""Fetches a root by name into the user's cache."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from mu2net_sidecar.checkpoint.fetched._augreg import REFUSAL as AUGREG_REFUSAL
from mu2net_sidecar.checkpoint.fetched._augreg import find_augreg_root
from mu2net_sidecar.checkpoint.fetched._download import RemoteFile, download
from mu2net_sidecar.checkpoint.fetched._hugging_face import REFUSAL as HUB_REFUSAL
from mu2net_sidecar.checkpoint.fetched._hugging_face import find_model
from mu2net_sidecar.checkpoint.fetched._name import RootName
from mu2net_sidecar.checkpoint.fetched._remote import RemoteRoot
from mu2net_sidecar.checkpoint.fetched._shelf import (
    FetchedRoot,
    find_fetched,
    folder_of,
    reserve,
    write_manifest,
)
from mu2net_sidecar.checkpoint.fetched._survey_file import survey_file
from mu2net_sidecar.checkpoint.files import OnProgress, check_sha256
from mu2net_sidecar.errors import SidecarError


def fetch_root(
    name: RootName, *, sha256: str | None = None, on_progress: OnProgress
) -> tuple[Path, FetchedRoot]:
    """Returns a root's file in the user's cache, and downloads it first if it is not there.

    Args:
        name: name of the root.
        sha256: hash that its file must have, in hexadecimal digits. None: the one that its server
            says, if it says one.
        on_progress: receives the bytes so far and in all. It may raise to stop.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` when it cannot be had, `CHECKPOINT_INVALID` when it has
            another hash or is no ViT that can be a root.
    """
    folder = folder_of(name)
    try:
        with reserve(folder, on_progress):
            found = find_fetched(name) or _fetch(name, sha256, folder, on_progress)
    except OSError as error:
        raise SidecarError(
            "CHECKPOINT_MISSING",
            f"{folder} cannot be written: {error}; make room, or name another folder with "
            "MU2NET_CACHE",
        ) from error
    check_sha256(str(name), found[1].sha256, sha256)
    return found


def _fetch(
    name: RootName, sha256: str | None, folder: Path, on_progress: OnProgress
) -> tuple[Path, FetchedRoot]:
    remote, refusal = _find(name)
    path = folder / remote.weights.url.rpartition("/")[2]
    if remote.config is not None:
        config = folder / "config.json"
        download(remote.config, config, refusal, lambda done, total: None)
        _check_config(name, config)
    weights = RemoteFile(remote.weights.url, sha256 or remote.weights.sha256)
    digest = download(weights, path, refusal, on_progress)
    survey = survey_file(path, str(name))
    root = FetchedRoot(
        name=str(name),
        file=path.name,
        url=weights.url,
        page=remote.page,
        revision=remote.revision,
        licence=remote.licence,
        sha256=digest,
        bytes=path.stat().st_size,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        architecture=survey.architecture,
        description=survey.description,
        layout=survey.layout,
        image_size=survey.image_size,
        layers=survey.layers,
        parameter_count=survey.parameter_count,
    )
    write_manifest(name, root)
    return path, root


def _find(name: RootName) -> tuple[RemoteRoot, str]:
    if name.scheme == "augreg":
        return find_augreg_root(name.path), AUGREG_REFUSAL
    repository = f"timm/{name.path}" if name.scheme == "timm" else name.path
    return find_model(repository), HUB_REFUSAL


def _check_config(name: RootName, path: Path) -> None:
    """Refuses a model of another kind before its weights are downloaded."""
    try:
        config = json.loads(path.read_bytes())
        kind = config.get("model_type") or config.get("architecture") or "vit"
    except (ValueError, AttributeError):
        return
    if not str(kind).startswith(("vit", "deit")):
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{name} cannot be a root: it is a {kind}; name a plain Vision Transformer",
        )
