"""Pretraining of a root model: all components at once, by AdamW."""

from mu2net_sidecar.engine.pretraining._pretrain import (
    PretrainingSource,
    PretrainingState,
    Validation,
    pretrain,
)
from mu2net_sidecar.engine.pretraining._recipe import Recipe

__all__ = ["PretrainingSource", "PretrainingState", "Recipe", "Validation", "pretrain"]
