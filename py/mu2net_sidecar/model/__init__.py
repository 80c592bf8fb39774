"""The Vision Transformer as component kinds."""

from mu2net_sidecar.model._architecture import Architecture
from mu2net_sidecar.model._attention import Attention, attend
from mu2net_sidecar.model._component import ComponentKind, Params
from mu2net_sidecar.model._kinds import KINDS, initialise, kind_of, kinds_of
from mu2net_sidecar.model._posembed_resample import resample

__all__ = [
    "KINDS",
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
