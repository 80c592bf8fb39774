"""Sources of labelled images: one module per kind, opened and inspected by their specification."""

from mu2net_sidecar.data.sources._image_source import BaseSplit, ImageSource, SourceFacts
from mu2net_sidecar.data.sources._open import inspect_source, open_source
from mu2net_sidecar.data.sources._tfds import open_tfds

__all__ = [
    "BaseSplit",
    "ImageSource",
    "SourceFacts",
    "inspect_source",
    "open_source",
    "open_tfds",
]
