"""Training: children in lockstep, their optimizer, validations and best snapshots."""

from mu2net_sidecar.engine.training._child import (
    BatchSource,
    Budget,
    Child,
    Optimizer,
    ScheduleName,
)
from mu2net_sidecar.engine.training._events import (
    Cancelled,
    Diverged,
    Event,
    Progress,
    Trained,
    TrainedComponent,
)
from mu2net_sidecar.engine.training._step import train_step
from mu2net_sidecar.engine.training._train import train
from mu2net_sidecar.engine.training._update import hyperparameters_of

__all__ = [
    "BatchSource",
    "Budget",
    "Cancelled",
    "Child",
    "Diverged",
    "Event",
    "Optimizer",
    "Progress",
    "ScheduleName",
    "Trained",
    "TrainedComponent",
    "hyperparameters_of",
    "train",
    "train_step",
]
