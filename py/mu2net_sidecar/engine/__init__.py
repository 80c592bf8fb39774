"""The engine: executes the graph of components, with one compiled program per component kind."""

from mu2net_sidecar.engine._engine import Engine
from mu2net_sidecar.engine._path import HostParams, PathComponent
from mu2net_sidecar.engine.device import (
    BFLOAT16,
    FLOAT32,
    UNLABELLED,
    Batch,
    Compilations,
    EngineOptions,
    Machine,
    Precision,
    options_for,
    this_machine,
)
from mu2net_sidecar.engine.inference import (
    Evaluation,
    Tally,
    evaluate,
    forward_flops,
    infer,
    place_forest,
)
from mu2net_sidecar.engine.prefix import BatchKeys, ExampleKeys
from mu2net_sidecar.engine.pretraining import PretrainingState, Recipe, Validation, pretrain
from mu2net_sidecar.engine.training import (
    BatchSource,
    Budget,
    Cancelled,
    Child,
    Diverged,
    Event,
    Optimizer,
    Progress,
    Trained,
    TrainedComponent,
    train,
)

__all__ = [
    "BFLOAT16",
    "FLOAT32",
    "UNLABELLED",
    "Batch",
    "BatchKeys",
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
    "ExampleKeys",
    "HostParams",
    "Machine",
    "Optimizer",
    "PathComponent",
    "Precision",
    "PretrainingState",
    "Progress",
    "Recipe",
    "Tally",
    "Trained",
    "TrainedComponent",
    "Validation",
    "evaluate",
    "forward_flops",
    "infer",
    "options_for",
    "place_forest",
    "pretrain",
    "this_machine",
    "train",
]
