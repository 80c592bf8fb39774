"""The benchmark: measures the engine against the published execution strategy, in one process.

`python -m mu2net_sidecar.bench` needs only jax, numpy, optax and safetensors.
"""

from mu2net_sidecar.bench._command import main
from mu2net_sidecar.bench._record import Goal, Metric, Record
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting

__all__ = ["Goal", "Metric", "Record", "Row", "Setting", "main"]
