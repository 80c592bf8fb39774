"""Checkpoint files: where they are, whether they are intact, and the arrays that they contain."""

from mu2net_sidecar.checkpoint.files._augreg_index import AUGREG_SCHEME, find_augreg_checkpoint
from mu2net_sidecar.checkpoint.files._checksum import check_sha256
from mu2net_sidecar.checkpoint.files._flax_msgpack import (
    decode_flax_state,
    flatten_flax_tree,
)
from mu2net_sidecar.checkpoint.files._source import OnProgress, open_source
from mu2net_sidecar.checkpoint.files._tensor_file import TensorFile, open_tensor_file

__all__ = [
    "AUGREG_SCHEME",
    "OnProgress",
    "TensorFile",
    "check_sha256",
    "decode_flax_state",
    "find_augreg_checkpoint",
    "flatten_flax_tree",
    "open_source",
    "open_tensor_file",
]
