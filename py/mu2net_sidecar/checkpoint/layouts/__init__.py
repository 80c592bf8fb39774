"""Layouts of a ViT in files: the tensors and the configuration of each format, a module per format.

AugReg is the format of vision_transformer's npz files; timm and transformers are PyTorch libraries
with safetensors files.
"""

from mu2net_sidecar.checkpoint.layouts._augreg import AugReg
from mu2net_sidecar.checkpoint.layouts._description import describe_model
from mu2net_sidecar.checkpoint.layouts._layout import (
    HostParams,
    Layout,
    Model,
    Shape,
    Tensor,
    count_blocks,
    is_block,
    shape_fits,
)
from mu2net_sidecar.checkpoint.layouts._recognition import (
    LAYOUTS,
    closest_architecture,
    layout_of,
)
from mu2net_sidecar.checkpoint.layouts._sizes import SIZES, Size, architecture_name
from mu2net_sidecar.checkpoint.layouts._survey import Survey, find_layout, survey_shapes
from mu2net_sidecar.checkpoint.layouts._timm import Timm, timm_notices
from mu2net_sidecar.checkpoint.layouts._torch_adapters import torch_adapters_code
from mu2net_sidecar.checkpoint.layouts._transformers import Transformers, transformers_notices

__all__ = [
    "LAYOUTS",
    "SIZES",
    "AugReg",
    "HostParams",
    "Layout",
    "Model",
    "Shape",
    "Size",
    "Survey",
    "Tensor",
    "Timm",
    "Transformers",
    "architecture_name",
    "closest_architecture",
    "count_blocks",
    "describe_model",
    "find_layout",
    "is_block",
    "layout_of",
    "shape_fits",
    "survey_shapes",
    "timm_notices",
    "torch_adapters_code",
    "transformers_notices",
]
