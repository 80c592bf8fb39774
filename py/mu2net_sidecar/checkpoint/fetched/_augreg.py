"""AugReg's checkpoints in Google Cloud Storage (Steiner et al., 2022)."""

from __future__ import annotations

from urllib.parse import quote

from mu2net_sidecar.checkpoint.fetched._download import RemoteFile
from mu2net_sidecar.checkpoint.fetched._http import google_storage, read_url
from mu2net_sidecar.checkpoint.fetched._remote import RemoteRoot

_PAGE = "https://github.com/google-research/vision_transformer"
REFUSAL = "AugReg has no such file; 'npx mu2net root list --from augreg' lists those that it has"


def read_augreg_index() -> str:
    """Reads index.csv: a row for each checkpoint and each data set that it was fine-tuned on.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` when it cannot be reached.
    """
    return read_url(_url("index.csv"), REFUSAL).decode("utf-8")


def find_augreg_root(file: str) -> RemoteRoot:
    """Returns where a checkpoint is, by its file name without `.npz`."""
    # The licence is that of the repository, which publishes the checkpoints without another one.
    return RemoteRoot(RemoteFile(_url(f"{file}.npz")), None, "Apache-2.0", _PAGE, None)


def _url(file: str) -> str:
    return f"{google_storage()}/vit_models/augreg/{quote(file)}"
