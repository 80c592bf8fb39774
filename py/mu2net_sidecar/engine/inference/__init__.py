"""Inference: evaluation of a path, outputs and features of paths, operations of a forward pass."""

from mu2net_sidecar.engine.inference._evaluate import Evaluation, evaluate
from mu2net_sidecar.engine.inference._examine import Predictions, examine
from mu2net_sidecar.engine.inference._flops import forward_flops
from mu2net_sidecar.engine.inference._forest import PathTree, infer, place_forest
from mu2net_sidecar.engine.inference._probe import Probe, features, fit_probe
from mu2net_sidecar.engine.inference._tally import Tally, read_tally

__all__ = [
    "Evaluation",
    "PathTree",
    "Predictions",
    "Probe",
    "Tally",
    "evaluate",
    "examine",
    "features",
    "fit_probe",
    "forward_flops",
    "infer",
    "place_forest",
    "read_tally",
]
