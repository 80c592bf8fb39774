"""Images and labels written to disk once, and mapped into memory from then on.

A folder of the cache has a manifest with the size and digest of each file, so that damage is found
when a file is read. A folder appears complete or not at all.
"""

from mu2net_sidecar.data.cache._labels import open_labels, write_labels
from mu2net_sidecar.data.cache._manifest import (
    Manifest,
    corrupt_folder,
    open_folder,
    write_folder,
)
from mu2net_sidecar.data.cache._progress import Progress, report_progress
from mu2net_sidecar.data.cache._shard_reader import open_images
from mu2net_sidecar.data.cache._shard_writer import DECODED_BYTES, ImageFiles, write_images

__all__ = [
    "DECODED_BYTES",
    "ImageFiles",
    "Manifest",
    "Progress",
    "corrupt_folder",
    "open_folder",
    "open_images",
    "open_labels",
    "report_progress",
    "write_folder",
    "write_images",
    "write_labels",
]
