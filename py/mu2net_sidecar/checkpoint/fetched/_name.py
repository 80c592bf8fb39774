"""Names of roots that can be fetched: `augreg:<file>`, `timm:<model>` and `hf:<owner>/<model>`."""

from __future__ import annotations

import re
from typing import NamedTuple

from mu2net_sidecar.errors import SidecarError

SCHEMES = ("augreg", "timm", "hf")

_WORD = r"[A-Za-z0-9_][A-Za-z0-9_.+-]*"
_FORMS = {"augreg": _WORD, "timm": _WORD, "hf": f"{_WORD}(?:/{_WORD})?"}


class RootName(NamedTuple):
    """The name of a root.

    Attributes:
        scheme: where it is: `augreg`, `timm` or `hf`.
        path: its name there.
    """

    scheme: str
    path: str

    def __str__(self) -> str:
        """Returns the name as configurations have it."""
        return f"{self.scheme}:{self.path}"


def parse_root_name(text: str) -> RootName | None:
    """Reads the name of a root; None for a path, a URL or a query of AugReg.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when it begins as a name, and is none.
    """
    scheme, colon, path = text.partition(":")
    path = path.strip().removesuffix(".npz") if scheme == "augreg" else path.strip()
    if not colon or scheme not in SCHEMES or (scheme == "augreg" and "==" in path):
        return None
    if not re.fullmatch(_FORMS[scheme], path, re.ASCII):
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{text} is not the name of a root; write it like timm:vit_tiny_patch16_224"
            ".augreg_in21k, hf:google/vit-base-patch16-224 or augreg:<file of index.csv>",
        )
    return RootName(scheme, path)
