"""Models on Hugging Face's hub, timm's among them."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import msgspec

from mu2net_sidecar.checkpoint.fetched._download import RemoteFile
from mu2net_sidecar.checkpoint.fetched._http import hugging_face, read_json
from mu2net_sidecar.checkpoint.fetched._remote import RemoteRoot
from mu2net_sidecar.errors import SidecarError

WEIGHTS = "model.safetensors"
REFUSAL = "there is no such public model; correct its name, or set HF_TOKEN if it is private"


class _Lfs(msgspec.Struct):
    sha256: str


class _File(msgspec.Struct):
    rfilename: str
    lfs: _Lfs | None = None


class _Card(msgspec.Struct):
    license: str | list[str] | None = None
    license_name: str | None = None


class _Model(msgspec.Struct, rename="camel"):
    """The fields that are needed of the hub's answer about a model."""

    id: str
    sha: str | None = None
    siblings: list[_File] = []
    card_data: _Card | None = None


_MODEL = msgspec.json.Decoder(_Model)
_MODELS = msgspec.json.Decoder(list[_Model])


def find_model(repository: str) -> RemoteRoot:
    """Asks the hub for the files of a model, at its newest commit.

    Args:
        repository: owner and name, such as `timm/vit_tiny_patch16_224.augreg_in21k`.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` when the hub has no such model or cannot be reached,
            `CHECKPOINT_INVALID` when the model has no safetensors file.
    """
    host, path = hugging_face(), quote(repository)
    model = read_json(f"{host}/api/models/{path}?blobs=true", REFUSAL, _MODEL)
    files = {each.rfilename: each.lfs for each in model.siblings}
    if WEIGHTS not in files:
        others = ", ".join(sorted(files)[:8]) or "no file"
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{host}/{path} has no {WEIGHTS} (it has {others}); name a model with one, or convert "
            "its weights with safetensors and name the file",
        )

    def remote(file: str) -> RemoteFile:
        lfs = files[file]
        address = f"{host}/{path}/resolve/{model.sha or 'main'}/{file}"
        return RemoteFile(address, lfs and lfs.sha256)

    config = remote("config.json") if "config.json" in files else None
    return RemoteRoot(remote(WEIGHTS), config, _licence(model), f"{host}/{path}", model.sha)


def list_timm_roots(text: str) -> list[str]:
    """Asks the hub for timm's Vision Transformers with a text in their name.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` when the hub cannot be reached.
    """
    query = urlencode({"author": "timm", "search": text or "vit_", "limit": 1000})
    models = read_json(f"{hugging_face()}/api/models?{query}", REFUSAL, _MODELS)
    names = (each.id.removeprefix("timm/") for each in models)
    return sorted(name for name in names if name.startswith("vit_"))


def _licence(model: _Model) -> str | None:
    card = model.card_data or _Card()
    licence = card.license
    if isinstance(licence, list):
        return ", ".join(licence)
    return card.license_name or licence if licence == "other" else licence
