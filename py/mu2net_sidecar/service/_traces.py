"""Spans of what a worker does, for OpenTelemetry, if the environment says where they are sent."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mu2net_sidecar.wire import messages

log = logging.getLogger(__name__)

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


class Traces:
    """Records a span for each lease, and spans for its parts; without a provider, nothing.

    Args:
        provider: a tracer provider of OpenTelemetry's SDK.
    """

    def __init__(self, provider: object = None) -> None:
        self._provider: Any = provider
        self._span: Any = None
        if provider is not None:
            self._api = import_module("opentelemetry.trace")
            self._tracer = self._provider.get_tracer("mu2net")

    def begin(self, lease: messages.Lease, context: messages.Context | None) -> None:
        """Begins the span of a lease, a part of the span that its broker names."""
        if self._provider is None:
            return
        carrier = {} if context is None else {"traceparent": context.traceparent or ""}
        parent = import_module("opentelemetry.trace.propagation.tracecontext")
        above = parent.TraceContextTextMapPropagator().extract(carrier)
        attributes = {
            "mu2net.lease": lease.lease,
            "mu2net.attempt": lease.attempt,
            "mu2net.request": str(lease.request.__struct_config__.tag),
        }
        self._span = self._tracer.start_span("execute", context=above, attributes=attributes)

    def record(self, name: str, path_id: int, began: int) -> None:
        """Records a part of the lease that ends now; on any thread.

        Args:
            name: of the span.
            path_id: the child that it is about.
            began: when it began, nanoseconds since 1970.
        """
        if self._span is None:
            return
        above = self._api.set_span_in_context(self._span)
        attributes = {"mu2net.child": path_id}
        self._tracer.start_span(name, context=above, attributes=attributes, start_time=began).end()

    def fail(self, message: str) -> None:
        """Takes note that the lease failed."""
        if self._span is not None:
            self._span.set_status(self._api.Status(self._api.StatusCode.ERROR, message))

    def end(self) -> None:
        """Ends the span of the lease."""
        if self._span is not None:
            self._span.end()
        self._span = None

    def close(self) -> None:
        """Sends what is recorded."""
        if self._provider is not None:
            self._provider.shutdown()


def open_traces(worker: str, environment: Mapping[str, str] = os.environ) -> Traces:
    """Opens the traces of a worker, as the variables of OpenTelemetry say."""
    if not is_traced(environment):
        return Traces()
    try:
        sdk = import_module("opentelemetry.sdk.trace")
        export = import_module("opentelemetry.sdk.trace.export")
        resources = import_module("opentelemetry.sdk.resources")
        otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ModuleNotFoundError:
        log.warning(
            "nothing is traced, because OpenTelemetry is not installed; install it with 'npx "
            "mu2net setup --extras otel'; in a Python environment of your own, with '%s -m pip "
            "install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http'",
            sys.executable,
        )
        return Traces()
    service = environment.get("OTEL_SERVICE_NAME") or "mu2net-sidecar"
    resource = resources.Resource.create({"service.name": service, "service.instance.id": worker})
    provider = sdk.TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter()))
    return Traces(provider)


def is_traced(environment: Mapping[str, str]) -> bool:
    """Returns whether the environment says where spans are sent."""
    if environment.get("OTEL_SDK_DISABLED") == "true":
        return False
    sends = "otlp" in environment.get("OTEL_TRACES_EXPORTER", "otlp")
    return sends and any(environment.get(each) for each in _ENDPOINTS)
