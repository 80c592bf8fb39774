"""The published execution strategy, written from its description (docs/benchmarks.md).

The whole model is unrolled and compiled for each child, whose trainable components and optimizer
are part of the program; the best parameters and momentum go to the host when a validation improves.
"""

from mu2net_sidecar.bench.baseline.trainer import Baseline

__all__ = ["Baseline"]
