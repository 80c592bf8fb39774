"""Models in the file formats of other tools: read as root models, and exported for serving.

Sub-packages: `layouts` knows how each format names and shapes its tensors and what its
configuration says; `files` opens files and checks their hashes; `fetched` downloads roots by name;
`published` reads the systems that the papers' notebooks saved.
"""

from mu2net_sidecar.checkpoint._export import export_model
from mu2net_sidecar.checkpoint._reader import ModelFile, read_model
from mu2net_sidecar.checkpoint._root import (
    Root,
    fetch_named_root,
    locate_root,
    read_root,
    survey_root,
)
from mu2net_sidecar.checkpoint._writer import write_root
from mu2net_sidecar.checkpoint.fetched import (
    FetchedRoot,
    list_fetched,
    list_timm_roots,
    read_augreg_index,
)
from mu2net_sidecar.checkpoint.published import (
    PublishedComponent,
    PublishedState,
    PublishedSystem,
    read_published,
)

__all__ = [
    "FetchedRoot",
    "ModelFile",
    "PublishedComponent",
    "PublishedState",
    "PublishedSystem",
    "Root",
    "export_model",
    "fetch_named_root",
    "list_fetched",
    "list_timm_roots",
    "locate_root",
    "read_augreg_index",
    "read_model",
    "read_published",
    "read_root",
    "survey_root",
    "write_root",
]
