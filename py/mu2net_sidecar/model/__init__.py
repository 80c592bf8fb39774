"""The Vision Transformer as component kinds."""

from mu2net_sidecar.model.architecture import Architecture
from mu2net_sidecar.model.component import ComponentKind, Params
from mu2net_sidecar.model.kinds import KINDS, initialise, kind_of, kinds_of
from mu2net_sidecar.model.posembed_resample import resample

__all__ = [
    "KINDS",
    "Architecture",
    "ComponentKind",
    "Params",
    "initialise",
    "kind_of",
    "kinds_of",
    "resample",
]
