"""Dispatches requests to the functions that execute them.

Handlers that read or write files of other libraries are loaded when they are needed, because a
worker should start fast.
"""

from __future__ import annotations

from mu2net_sidecar import engine
from mu2net_sidecar.data import interruptible
from mu2net_sidecar.service.handlers._baseline import measure_baseline
from mu2net_sidecar.service.handlers._caller import Caller, until_cancelled
from mu2net_sidecar.service.handlers._evaluate import evaluate
from mu2net_sidecar.service.handlers._examine import examine
from mu2net_sidecar.service.handlers._inspect import inspect
from mu2net_sidecar.service.handlers._predict import classify, predict
from mu2net_sidecar.service.handlers._resources import Resources
from mu2net_sidecar.service.handlers._train import train
from mu2net_sidecar.service.translate import architecture_of
from mu2net_sidecar.store import Relay
from mu2net_sidecar.wire import requests


class Handlers:
    """Executes requests, one after the other.

    Args:
        options: of the engine. None: chosen by the machine.
        relay: the way to the controller's folders. None: they are on this machine.
        writes: whether to store what is computed; the lead of a slice does it for all its hosts.
    """

    def __init__(
        self,
        options: engine.EngineOptions | None = None,
        relay: Relay | None = None,
        *,
        writes: bool = True,
    ) -> None:
        self._resources = Resources(options, relay, writes=writes)

    def execute(self, request: requests.Request, caller: Caller) -> requests.Result:
        """Executes a request and returns its result.

        Raises:
            SidecarError: what the user can correct.
            Cancelled: the caller has cancelled the request.
        """

        def check() -> None:
            if caller.is_cancelled():
                raise engine.Cancelled

        with interruptible(check):
            return self._execute(request, caller)

    def _execute(self, request: requests.Request, caller: Caller) -> requests.Result:
        resources, store = self._resources, self._resources.store
        match request:
            case requests.InspectRequest():
                return inspect(request, resources)
            case requests.InitialiseRequest():
                from mu2net_sidecar.service.handlers._root import initialise_root

                return initialise_root(request, store(request.store), caller)
            case requests.ImportRequest():
                from mu2net_sidecar.service.handlers._root import import_root

                return import_root(request, store(request.store), caller)
            case requests.TrainRequest():
                return train(request, resources, caller)
            case requests.PretrainRequest():
                from mu2net_sidecar.service.handlers._pretrain import pretrain_root

                return pretrain_root(request, resources, caller)
            case requests.EvaluateRequest():
                return evaluate(request, resources, caller)
            case requests.ExamineRequest():
                return examine(request, resources, caller)
            case requests.BaselineRequest():
                return measure_baseline(request, resources, caller)
            case requests.FlopsRequest(architecture, components):
                flops = engine.forward_flops(components, architecture_of(architecture))
                return requests.FlopsResult(flops)
            case requests.PredictRequest():
                return predict(request, resources, caller)
            case requests.ClassifyRequest():
                return classify(request, resources, caller)
            case requests.ExportRequest():
                from mu2net_sidecar.service.handlers._export import export

                return export(request, store(request.store))
            case requests.PublishedRequest():
                from mu2net_sidecar.service.handlers._published import import_published

                return import_published(request, store(request.store), caller)
            case requests.ListRequest(url):
                files = store(url).files()
                return requests.ListResult(
                    [requests.StoredFile(name, str(nbytes)) for name, nbytes in files]
                )
            case requests.CollectRequest(url, digests):
                return requests.CollectResult(store(url).delete(until_cancelled(digests, caller)))
            case requests.CopyRequest(url, from_, digests):
                wanted = until_cancelled(digests, caller)
                return requests.CopyResult(store(url).copy_from(store(from_), wanted))
