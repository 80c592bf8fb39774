"""Models in the file formats of other tools: read as root models, and exported for serving.

Sub-packages: `layouts` knows how each format names and shapes its tensors and what its
configuration says; `files` opens files and checks their hashes; `published` reads the systems that
the papers' notebooks saved.
"""

from mu2net_sidecar.checkpoint._export import export_model
from mu2net_sidecar.checkpoint._reader import ModelFile, read_model
from mu2net_sidecar.checkpoint._root import Root, read_root
from mu2net_sidecar.checkpoint._writer import write_root
from mu2net_sidecar.checkpoint.published import (
    PublishedComponent,
    PublishedState,
    PublishedSystem,
    read_published,
)

__all__ = [
    "ModelFile",
    "PublishedComponent",
    "PublishedState",
    "PublishedSystem",
    "Root",
    "export_model",
    "read_model",
    "read_published",
    "read_root",
    "write_root",
]
