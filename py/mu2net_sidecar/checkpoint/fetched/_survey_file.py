"""A survey of the content of a file of weights."""

from __future__ import annotations

from pathlib import Path

from mu2net_sidecar.checkpoint.files import open_tensor_file
from mu2net_sidecar.checkpoint.layouts import Survey, find_layout, survey_shapes


def survey_file(path: Path, shown: str) -> Survey:
    """Looks at a file.

    Args:
        path: the file, on this machine.
        shown: name of the file in errors.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when it is no ViT that can be a root.
    """
    with open_tensor_file(path, shown) as file:
        return survey_shapes(file.shapes, find_layout(frozenset(file.shapes), shown), shown)
