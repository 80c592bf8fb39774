"""Translates messages of the wire to the typed values of data, engine and model.

Nothing else knows both sides: handlers work with the values that these functions return.
"""

from mu2net_sidecar.service.translate._data import (
    augmentation_of,
    source_of,
    task_of,
    tfds_source_of,
)
from mu2net_sidecar.service.translate._engine import (
    architecture_of,
    budget_of,
    child_of,
    digests_of,
    frozen_path_of,
    trained_component_of,
)

__all__ = [
    "architecture_of",
    "augmentation_of",
    "budget_of",
    "child_of",
    "digests_of",
    "frozen_path_of",
    "source_of",
    "task_of",
    "tfds_source_of",
    "trained_component_of",
]
