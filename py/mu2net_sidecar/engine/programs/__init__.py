"""The compiled programs: per component kind and role, and those on logits."""

from mu2net_sidecar.engine.programs._gradient_role import Role, roles_of
from mu2net_sidecar.engine.programs._loss import (
    count_predictions,
    judge,
    loss_gradient,
    predict,
)
from mu2net_sidecar.engine.programs._programs import Programs, programs_of
from mu2net_sidecar.engine.programs._residuals import Residuals

__all__ = [
    "Programs",
    "Residuals",
    "Role",
    "count_predictions",
    "judge",
    "loss_gradient",
    "predict",
    "programs_of",
    "roles_of",
]
