"""Labelled images in host memory, on disk or wherever they are decoded from."""

from mu2net_sidecar.data.images._decode import (
    EXTENSIONS,
    LARGEST_SIDE,
    decode_bytes,
    decode_file,
    scale_down,
)
from mu2net_sidecar.data.images._encode import encode_png
from mu2net_sidecar.data.images._image_files import load_image_files
from mu2net_sidecar.data.images._image_set import ImageSet
from mu2net_sidecar.data.images._parallel import CHUNK, parallel_map
from mu2net_sidecar.data.images._ragged import Ragged, common_canvas

__all__ = [
    "CHUNK",
    "EXTENSIONS",
    "LARGEST_SIDE",
    "ImageSet",
    "Ragged",
    "common_canvas",
    "decode_bytes",
    "decode_file",
    "encode_png",
    "load_image_files",
    "parallel_map",
    "scale_down",
]
