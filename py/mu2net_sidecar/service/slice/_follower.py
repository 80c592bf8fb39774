"""A host that follows the lead of its slice."""

from __future__ import annotations

import logging
import os
import threading

import zmq
from zmq.utils.monitor import recv_monitor_message

from mu2net_sidecar.engine import Cancelled, Progress
from mu2net_sidecar.service._failure import failure_of
from mu2net_sidecar.service.handlers import Handlers
from mu2net_sidecar.service.slice._options import EXIT_SLICE, SliceOptions
from mu2net_sidecar.service.slice._sockets import create_follower_socket
from mu2net_sidecar.wire import decode_broker_message, messages, requests

log = logging.getLogger(__name__)


def follow(options: SliceOptions, secret: bytes, handlers: Handlers) -> None:
    """Computes what the lead computes, until the lead leaves."""
    socket = create_follower_socket(secret)
    events = zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED
    monitor = socket.get_monitor_socket(events)
    threading.Thread(target=_watch, args=(monitor,), name="slice", daemon=True).start()
    socket.connect(options.endpoint)
    socket.send_multipart([b"hello", str(options.host).encode()])
    while (frames := socket.recv_multipart())[0] != b"leave":
        kind, *payload = frames
        if kind == b"request":
            lease = decode_broker_message(payload[0])
            assert isinstance(lease, messages.Lease)
            _execute(lease, handlers, socket)
    socket.disable_monitor()
    socket.close()


class _Lead:
    """The lead as the handlers of a follower see it: it alone decides, and hears no progress."""

    def __init__(self, socket: zmq.Socket) -> None:
        self._socket = socket
        self.has_ended = False

    def is_cancelled(self) -> bool:
        return False

    def agree_to_stop(self, stop: bool) -> bool:
        del stop
        return self.has_ended or self.receive() != b"go"

    def beat(self, progress: Progress) -> None:
        del progress

    def record(self, name: str, path_id: int, began: int) -> None:
        pass  # The lead tells.

    def measured(self, measurement: requests.Measurement) -> None:
        del measurement

    def receive(self) -> bytes:
        while (kind := self._socket.recv_multipart()[0]) == b"ping":
            pass
        self.has_ended = kind == b"end"
        return kind


def _execute(lease: messages.Lease, handlers: Handlers, socket: zmq.Socket) -> None:
    """Executes a request as far as the lead does, and says how it ended."""
    lead = _Lead(socket)
    kind = type(lease.request).__name__
    log.info("%s %s: begins", lease.lease, kind)
    code = message = ""
    try:
        handlers.execute(lease.request, lead)
    except Cancelled:
        code = "CANCELLED"
    except Exception as error:
        failure = failure_of(error)
        code, message = failure.code, failure.message
        log.error("%s %s: %s\n%s", lease.lease, kind, failure.message, failure.detail)
    log.info("%s %s: ended", lease.lease, kind)
    socket.send_multipart([b"ended", code.encode(), message.encode()])
    while not lead.has_ended:
        lead.receive()


def _watch(monitor: zmq.Socket) -> None:
    """Ends the process when the lead is gone, whatever the main thread is doing."""
    joined = False
    while (event := recv_monitor_message(monitor)["event"]) != zmq.EVENT_MONITOR_STOPPED:
        joined = joined or event == zmq.Event.HANDSHAKE_SUCCEEDED
        if joined and event == zmq.Event.DISCONNECTED:
            log.error("the lead of the slice is gone; leaving")
            logging.shutdown()
            os._exit(EXIT_SLICE)
