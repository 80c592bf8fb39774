"""Planning: compiles the engine's programs for a device that need not be here, without data."""

from mu2net_sidecar.engine.planning._compiler import CompiledProgram, Compiler
from mu2net_sidecar.engine.planning._plan import (
    ComponentPrograms,
    Dispatches,
    RematPlan,
    Shape,
    ShapePlan,
    plan_shape,
)
from mu2net_sidecar.engine.planning._target import Target, target_of

__all__ = [
    "CompiledProgram",
    "Compiler",
    "ComponentPrograms",
    "Dispatches",
    "RematPlan",
    "Shape",
    "ShapePlan",
    "Target",
    "plan_shape",
    "target_of",
]
