# Generated from protocol/requests/request.ts by `npm run generate`; edit that instead.
"""All requests and all results."""

from __future__ import annotations

from mu2net_sidecar.wire.requests._evaluate import (
    BaselineRequest,
    BaselineResult,
    EvaluateRequest,
    EvaluateResult,
    FlopsRequest,
    FlopsResult,
)
from mu2net_sidecar.wire.requests._examine import ExamineRequest, ExamineResult
from mu2net_sidecar.wire.requests._export import ExportRequest, ExportResult
from mu2net_sidecar.wire.requests._inspect import InspectRequest, InspectResult
from mu2net_sidecar.wire.requests._predict import (
    ClassifyRequest,
    ClassifyResult,
    PredictRequest,
    PredictResult,
)
from mu2net_sidecar.wire.requests._pretrain import PretrainRequest, PretrainResult
from mu2net_sidecar.wire.requests._published import PublishedRequest, PublishedResult
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
)
from mu2net_sidecar.wire.requests._train import TrainRequest, TrainResult

Request = (
    InspectRequest
    | InitialiseRequest
    | ImportRequest
    | TrainRequest
    | PretrainRequest
    | EvaluateRequest
    | ExamineRequest
    | BaselineRequest
    | FlopsRequest
    | PredictRequest
    | ClassifyRequest
    | ExportRequest
    | PublishedRequest
    | CollectRequest
    | CopyRequest
    | ListRequest
)
"""Work for a worker."""

Result = (
    InspectResult
    | InitialiseResult
    | ImportResult
    | TrainResult
    | PretrainResult
    | EvaluateResult
    | ExamineResult
    | BaselineResult
    | FlopsResult
    | PredictResult
    | ClassifyResult
    | ExportResult
    | PublishedResult
    | CollectResult
    | CopyResult
    | ListResult
)
"""The answer to a request of the same kind."""
