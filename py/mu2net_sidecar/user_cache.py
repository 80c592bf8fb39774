"""Where this user's machine keeps what can be made again."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "MU2NET_CACHE"
"""Environment variable that names another folder."""


def user_cache(name: str) -> Path:
    """Returns the folder of one kind of cache, which need not exist.

    It lies in the folder that `MU2NET_CACHE` names, or else in that of the user: `mu2net` in
    `XDG_CACHE_HOME`, or in `~/.cache`.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen) / name
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mu2net" / name
