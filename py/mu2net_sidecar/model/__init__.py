"""The Vision Transformer as component kinds."""

from mu2net_sidecar.model._architecture import Architecture
from mu2net_sidecar.model._attention import Attention, attend
from mu2net_sidecar.model._component import ComponentKind, Params
from mu2net_sidecar.model._kinds import KINDS, initialise, kind_of, kinds_of
from mu2net_sidecar.model._layer_norm import LAYER_NORM_EPSILON
from mu2net_sidecar.model._posembed_resample import resample

__all__ = [
    "KINDS",
    "LAYER_NORM_EPSILON",
    "Architecture",
    "Attention",
    "ComponentKind",
    "Params",
    "attend",
    "initialise",
    "kind_of",
    "kinds_of",
    "resample",
]
