"""The device and how it computes: formats, memory, where arrays lie, what is compiled."""

from mu2net_sidecar.engine.device._arrays import (
    Arrays,
    Shapes,
    copy_arrays,
    create_trace,
    download,
    upload,
)
from mu2net_sidecar.engine.device._batch import UNLABELLED, Batch
from mu2net_sidecar.engine.device._compilations import Compilations
from mu2net_sidecar.engine.device._component_cache import ComponentCache
from mu2net_sidecar.engine.device._layout import Layout
from mu2net_sidecar.engine.device._machine import Machine, this_machine
from mu2net_sidecar.engine.device._options import EngineOptions, options_for
from mu2net_sidecar.engine.device._placement import fetch, put
from mu2net_sidecar.engine.device._precision import (
    ACCUMULATOR,
    BFLOAT16,
    FLOAT32,
    MASTER,
    Precision,
)
from mu2net_sidecar.engine.device._program_cache import keep_programs
from mu2net_sidecar.engine.device._remat import Remat, rematerialise

__all__ = [
    "ACCUMULATOR",
    "BFLOAT16",
    "FLOAT32",
    "MASTER",
    "UNLABELLED",
    "Arrays",
    "Batch",
    "Compilations",
    "ComponentCache",
    "EngineOptions",
    "Layout",
    "Machine",
    "Precision",
    "Remat",
    "Shapes",
    "copy_arrays",
    "create_trace",
    "download",
    "fetch",
    "keep_programs",
    "options_for",
    "put",
    "rematerialise",
    "this_machine",
    "upload",
]
