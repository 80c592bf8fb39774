"""Executes one leased request at a time, on the main thread."""

from __future__ import annotations

import logging
import platform
import secrets
import signal
import time

import jax
import msgspec

from mu2net_sidecar.engine import Cancelled, EngineOptions, Progress
from mu2net_sidecar.service._asks import Asks
from mu2net_sidecar.service._failure import failure_of
from mu2net_sidecar.service._fetched_data import FetchedData
from mu2net_sidecar.service._link import Link, LinkOptions, Work
from mu2net_sidecar.service._own_data import offers_of, use_own_data
from mu2net_sidecar.service._probe import engine_of, list_devices, sidecar_version
from mu2net_sidecar.service._roots import ANYWHERE, Roots
from mu2net_sidecar.service._seen import Seen
from mu2net_sidecar.service.handlers import Handlers
from mu2net_sidecar.service.slice import Lead, SliceOptions, follow
from mu2net_sidecar.store import readable_schemes
from mu2net_sidecar.wire import PROTOCOL_VERSION, encode, messages, requests
from mu2net_sidecar.wire.values import Device, Engine, Versions

log = logging.getLogger(__name__)


TOGETHER = (requests.TrainRequest, requests.EvaluateRequest, requests.ExamineRequest)
"""Requests that all hosts of a slice execute; its lead executes the others alone."""


def serve(
    link_options: LinkOptions,
    name: str,
    options: EngineOptions,
    roots: Roots,
    slice_options: SliceOptions | None = None,
    seen: Seen | None = None,
) -> None:
    """Serves the controller until it or a signal asks to leave.

    Args:
        link_options: where the broker is; only the lead of a slice connects to it.
        name: of this worker.
        options: of the engine.
        roots: where it may use stores and data.
        slice_options: the place in a slice. None: this process is the whole worker.
        seen: how this worker is seen from outside.
    """
    log.info("computes with %s", engine_of(options))
    seen = seen or Seen()
    secret = link_options.keys.secret
    if slice_options is not None and not slice_options.leads:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # The lead gets the same signal, and leaves.
        follow(slice_options, secret, Handlers(options, writes=False))
        return
    link = Link(
        link_options,
        _create_hello(name, options),
        offers_of(roots, fetches=slice_options is None),
        messages.Schemes(readable_schemes()),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: link.leave())
    link.asks = asks = Asks(link.send)
    handlers = Handlers(options, asks if link_options.relays else None)
    # Every host of a slice would need the data.
    fetched = FetchedData(asks) if slice_options is None else None
    lead = None
    if slice_options is not None:
        lead = Lead(slice_options, secret, link.fail_held)
        lead.start()
        lead.wait_for_hosts()
    link.start()
    while (work := link.inbox.get()) is not None:
        asks.serve(work.lease)
        with seen.working(work.lease, work.context):
            _answer(work, handlers, link, seen, roots, lead, fetched)
        link.finish(work)
    link.close()
    seen.close()
    if lead is not None:
        lead.leave()


class _Caller:
    """The controller as the handlers see it."""

    def __init__(self, work: Work, link: Link, seen: Seen, lead: Lead | None) -> None:
        self._work = work
        self._link = link
        self._seen = seen
        self._lead = lead

    def alone(self) -> _Caller:
        """Returns the caller of a request that only this host executes."""
        return _Caller(self._work, self._link, self._seen, None)

    def is_cancelled(self) -> bool:
        cancelled = self._work.step()
        return cancelled and not (self._lead is not None and self._lead.computes)

    def agree_to_stop(self, stop: bool) -> bool:
        if self._lead is None:
            return stop
        return self._lead.decide(stop or self._work.cancelled.is_set())

    def beat(self, progress: Progress) -> None:
        lease = self._work.lease
        self._link.send(
            messages.Beat(
                lease=lease.lease,
                attempt=lease.attempt,
                path_id=progress.path_id,
                step=progress.step,
                steps=progress.steps,
                qualities=list(progress.qualities),
            )
        )

    def measured(self, measurement: requests.Measurement) -> None:
        lease, path_id = self._work.lease, measurement.path_id
        outcome = measurement.__struct_config__.tag
        log.info("%s path %d: %s", lease.lease, path_id, outcome, extra={"child": path_id})
        self._link.send(messages.Measured(lease.lease, lease.attempt, measurement))

    def record(self, name: str, path_id: int, began: int) -> None:
        self._seen.traces.record(name, path_id, began)


def _answer(
    work: Work,
    handlers: Handlers,
    link: Link,
    seen: Seen,
    roots: Roots = ANYWHERE,
    lead: Lead | None = None,
    fetched: FetchedData | None = None,
) -> None:
    lease, attempt, request = work.lease.lease, work.lease.attempt, work.lease.request
    kind = type(request).__name__
    started = time.monotonic()
    log.info("%s %s: begins", lease, kind)
    try:
        if work.cancelled.is_set():
            raise Cancelled
        request = use_own_data(request, roots)
        if fetched is not None and link.data_travel:
            request = fetched.use(request, roots, lambda: _stop_if_cancelled(work))
            roots = roots.with_data(str(fetched.folder))
        roots.check(request)
        result = _execute(work, request, handlers, _Caller(work, link, seen, lead), lead)
        seconds = time.monotonic() - started
        link.send(messages.Done(lease, attempt, result))
        log.info("%s %s: done in %.3f s", lease, kind, seconds)
    except Cancelled:
        log.info("%s %s: cancelled", lease, kind)
        if not link.is_leaving:
            link.send(messages.Failed(lease, attempt, "CANCELLED", "cancelled", None))
    except Exception as error:
        failure = failure_of(error)
        seen.traces.fail(failure.message)
        log.error("%s %s: %s\n%s", lease, kind, failure.message, failure.detail)
        link.fail(work.lease, failure)


def _stop_if_cancelled(work: Work) -> None:
    if work.step():
        raise Cancelled


def _execute(
    work: Work, request: requests.Request, handlers: Handlers, caller: _Caller, lead: Lead | None
) -> requests.Result:
    """Executes a request, together with the other hosts if it is one for all of them."""
    if lead is None or not isinstance(request, TOGETHER):
        return handlers.execute(request, caller.alone())
    lead.begin(encode(msgspec.structs.replace(work.lease, request=request)))
    try:
        return handlers.execute(request, caller)
    finally:
        lead.end()


def _create_hello(name: str, options: EngineOptions) -> messages.Hello:
    return messages.Hello(
        version=PROTOCOL_VERSION,
        worker=name,
        epoch=secrets.token_hex(8),
        versions=Versions(
            sidecar=sidecar_version(), python=platform.python_version(), jax=jax.__version__
        ),
        devices=[
            Device(
                platform=device["platform"],
                kind=device["kind"],
                memory_bytes=device["memoryBytes"],
            )
            for device in list_devices() * options.hosts
        ],
        engine=Engine(**engine_of(options)),
    )
