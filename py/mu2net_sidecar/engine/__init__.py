"""The engine: executes the graph of components, one compiled program per component kind."""

from mu2net_sidecar.engine.child import (
    Batch,
    BatchSource,
    Budget,
    Cancelled,
    Child,
    Diverged,
    Event,
    HostParams,
    Optimizer,
    PathComponent,
    Progress,
    Trained,
    TrainedComponent,
)
from mu2net_sidecar.engine.compilations import Compilations
from mu2net_sidecar.engine.engine import Engine
from mu2net_sidecar.engine.evaluator import Evaluation, Tally, evaluate
from mu2net_sidecar.engine.flops import forward_flops
from mu2net_sidecar.engine.forest import forest, infer
from mu2net_sidecar.engine.identity import Examples, Identity
from mu2net_sidecar.engine.loss import UNLABELLED
from mu2net_sidecar.engine.machine import Machine, this_machine
from mu2net_sidecar.engine.options import EngineOptions, options_for
from mu2net_sidecar.engine.precision import BFLOAT16, FLOAT32, Precision
from mu2net_sidecar.engine.trainer import train
from mu2net_sidecar.engine.warm_up import warm_up

__all__ = [
    "BFLOAT16",
    "FLOAT32",
    "UNLABELLED",
    "Batch",
    "BatchSource",
    "Budget",
    "Cancelled",
    "Child",
    "Compilations",
    "Diverged",
    "Engine",
    "EngineOptions",
    "Evaluation",
    "Event",
    "Examples",
    "HostParams",
    "Identity",
    "Machine",
    "Optimizer",
    "PathComponent",
    "Precision",
    "Progress",
    "Tally",
    "Trained",
    "TrainedComponent",
    "evaluate",
    "forest",
    "forward_flops",
    "infer",
    "options_for",
    "this_machine",
    "train",
    "warm_up",
]
