"""The published execution strategy, written from its description (docs/benchmarks.md).

The whole model is unrolled and compiled for each child; its trainable components and its optimizer
are part of the program. The best parameters and momentum go to the host when a validation improves.
"""

from mu2net_sidecar.bench.baseline._model import Model
from mu2net_sidecar.bench.baseline._trainer import Baseline

__all__ = ["Baseline", "Model"]
