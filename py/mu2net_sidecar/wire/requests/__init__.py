# Generated from protocol/requests/ by `npm run generate`; edit that instead.
"""Requests and their results."""

from mu2net_sidecar.wire.requests._evaluate import (
    BaselineRequest,
    BaselineResult,
    EvaluatedComponent,
    EvaluateRequest,
    EvaluateResult,
    FlopsRequest,
    FlopsResult,
)
from mu2net_sidecar.wire.requests._examine import (
    ConfusionCell,
    ExamineRequest,
    ExamineResult,
    Mistake,
)
from mu2net_sidecar.wire.requests._export import ExportRequest, ExportResult
from mu2net_sidecar.wire.requests._inspect import (
    BaseSplit,
    InspectRequest,
    InspectResult,
    SplitExamples,
)
from mu2net_sidecar.wire.requests._predict import (
    Classified,
    ClassifyRequest,
    ClassifyResult,
    Model,
    Prediction,
    PredictRequest,
    PredictResult,
    Unreadable,
)
from mu2net_sidecar.wire.requests._pretrain import (
    PretrainRequest,
    PretrainResult,
    Recipe,
    RootValidation,
)
from mu2net_sidecar.wire.requests._published import (
    PublishedComponent,
    PublishedRequest,
    PublishedResult,
    PublishedState,
)
from mu2net_sidecar.wire.requests._request import Request, Result
from mu2net_sidecar.wire.requests._root import (
    ImportRequest,
    ImportResult,
    InitialiseRequest,
    InitialiseResult,
)
from mu2net_sidecar.wire.requests._store import (
    CollectRequest,
    CollectResult,
    CopyRequest,
    CopyResult,
    ListRequest,
    ListResult,
    StoredFile,
)
from mu2net_sidecar.wire.requests._train import (
    Child,
    Diverged,
    Measurement,
    Trained,
    TrainRequest,
    TrainResult,
)

__all__ = [
    "BaseSplit",
    "BaselineRequest",
    "BaselineResult",
    "Child",
    "Classified",
    "ClassifyRequest",
    "ClassifyResult",
    "CollectRequest",
    "CollectResult",
    "ConfusionCell",
    "CopyRequest",
    "CopyResult",
    "Diverged",
    "EvaluateRequest",
    "EvaluateResult",
    "EvaluatedComponent",
    "ExamineRequest",
    "ExamineResult",
    "ExportRequest",
    "ExportResult",
    "FlopsRequest",
    "FlopsResult",
    "ImportRequest",
    "ImportResult",
    "InitialiseRequest",
    "InitialiseResult",
    "InspectRequest",
    "InspectResult",
    "ListRequest",
    "ListResult",
    "Measurement",
    "Mistake",
    "Model",
    "PredictRequest",
    "PredictResult",
    "Prediction",
    "PretrainRequest",
    "PretrainResult",
    "PublishedComponent",
    "PublishedRequest",
    "PublishedResult",
    "PublishedState",
    "Recipe",
    "Request",
    "Result",
    "RootValidation",
    "SplitExamples",
    "StoredFile",
    "TrainRequest",
    "TrainResult",
    "Trained",
    "Unreadable",
]
