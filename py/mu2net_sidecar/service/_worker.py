"""Executes one leased request at a time, on the main thread."""

from __future__ import annotations

import logging
import platform
import secrets
import signal
import time

import jax

from mu2net_sidecar.engine import Cancelled, EngineOptions, Progress
from mu2net_sidecar.service._failure import failure_of
from mu2net_sidecar.service._link import Link, LinkOptions, Work
from mu2net_sidecar.service._probe import engine_of, list_devices, sidecar_version
from mu2net_sidecar.service._roots import ANYWHERE, Roots
from mu2net_sidecar.service.handlers import Handlers
from mu2net_sidecar.wire import PROTOCOL_VERSION, messages, requests
from mu2net_sidecar.wire.values import Device, Engine, Versions

log = logging.getLogger(__name__)


def serve(link_options: LinkOptions, name: str, options: EngineOptions, roots: Roots) -> None:
    """Serves the controller until it or a signal asks to leave."""
    log.info("computes with %s", engine_of(options))
    link = Link(link_options, _create_hello(name, options))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: link.leave())
    handlers = Handlers(options, link.asks if link_options.relays else None)
    link.start()
    while (work := link.inbox.get()) is not None:
        link.asks.serve(work.lease)
        _answer(work, handlers, link, roots)
        link.finish(work)
    link.close()


class _Caller:
    """The controller as the handlers see it."""

    def __init__(self, work: Work, link: Link) -> None:
        self._work = work
        self._link = link

    def is_cancelled(self) -> bool:
        return self._work.step()

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
        lease = self._work.lease
        self._link.send(messages.Measured(lease.lease, lease.attempt, measurement))


def _answer(work: Work, handlers: Handlers, link: Link, roots: Roots = ANYWHERE) -> None:
    lease, attempt, request = work.lease.lease, work.lease.attempt, work.lease.request
    kind = type(request).__name__
    started = time.monotonic()
    log.info("%s %s: begins", lease, kind)
    try:
        if work.cancelled.is_set():
            raise Cancelled
        roots.check(request)
        result = handlers.execute(request, _Caller(work, link))
        seconds = time.monotonic() - started
        link.send(messages.Done(lease, attempt, result))
        log.info("%s %s: done in %.3f s", lease, kind, seconds)
    except Cancelled:
        log.info("%s %s: cancelled", lease, kind)
        if not link.is_leaving:
            link.send(messages.Failed(lease, attempt, "CANCELLED", "cancelled", None))
    except Exception as error:
        failure = failure_of(error)
        log.error("%s %s: %s\n%s", lease, kind, failure.message, failure.detail)
        link.send(messages.Failed(lease, attempt, failure.code, failure.message, failure.detail))


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
            for device in list_devices()
        ],
        engine=Engine(**engine_of(options)),
    )
