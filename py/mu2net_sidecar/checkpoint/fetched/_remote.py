"""Where the files of a root are, and what its server says of it."""

from __future__ import annotations

from dataclasses import dataclass

from mu2net_sidecar.checkpoint.fetched._download import RemoteFile


@dataclass(frozen=True)
class RemoteRoot:
    """A root on a server.

    Attributes:
        weights: the file with the tensors.
        config: the `config.json` that belongs to it; None if there is none.
        licence: SPDX identifier or name of its licence; None if it does not say.
        page: address of the page that describes it.
        revision: commit of the files; None if the server has no history.
    """

    weights: RemoteFile
    config: RemoteFile | None
    licence: str | None
    page: str
    revision: str | None
