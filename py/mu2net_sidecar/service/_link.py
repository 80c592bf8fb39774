"""The worker's end of the wire, on a thread of its own.

The main thread may compute inside XLA for minutes, while this one keeps answering. Only this thread
uses the socket; other threads hand their messages to it through a socket within the process.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue

import zmq
from zmq.utils.monitor import recv_monitor_message

from mu2net_sidecar.service._asks import Asks
from mu2net_sidecar.service._dealer import create_dealer, public_key_of
from mu2net_sidecar.service._failure import Failure
from mu2net_sidecar.service._keys import Keys, public_key_text
from mu2net_sidecar.wire import (
    TAG,
    MalformedMessage,
    decode_broker_message,
    decode_worker_message,
    encode,
    lease_of,
    major_of,
    messages,
    refusal,
)
from mu2net_sidecar.wire.values import ErrorCode

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 0.5
"""Time between heartbeats, until the broker says how often it expects them."""
GONE_SECONDS = 2.0
"""A controller is gone when its connection is lost for this long."""
CONNECT_SECONDS = 15.0
"""A controller is absent when a connection fails for this long."""
REDIAL_SECONDS = 2.0
"""ZeroMQ gives a connection up when its handshake fails; it is made again after this time."""
MINOR_OF_WORKING, MINOR_OF_CRASHED, MINOR_OF_OFFERS = 1, 3, 3
"""The minor versions of a broker that understands `working`, `crashed` and `offers`."""
MINOR_OF_SCHEMES = 8
"""The minor version of a broker that understands `schemes`."""
MINOR_OF_DATA = 5
"""The minor version of a broker that answers what a worker asks of data."""
EXIT_GONE, EXIT_REFUSED, EXIT_DEFECT = 4, 3, 70
FAILED_HANDSHAKES = (
    zmq.Event.HANDSHAKE_FAILED_AUTH,
    zmq.Event.HANDSHAKE_FAILED_PROTOCOL,
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL,
)


class Work:
    """A lease that this worker holds until it has answered or lost it.

    Attributes:
        lease: the request and what names it.
        context: what it belongs to; None if the broker has not said that.
        cancelled: whether to stop at the next step.
        steps: how many steps were made; a step is a place where the request would stop if it was
            cancelled.
    """

    def __init__(self, lease: messages.Lease, context: messages.Context | None = None) -> None:
        self.lease = lease
        self.context = context
        self.cancelled = threading.Event()
        self.steps = 0

    def step(self) -> bool:
        """Counts a step; returns whether to stop."""
        self.steps = (self.steps + 1) % (1 << 32)
        return self.cancelled.is_set()


@dataclass(frozen=True)
class LinkOptions:
    """Where the broker is, and how to connect to it.

    Attributes:
        endpoint: Endpoint of the broker.
        keys: The keys of the broker and of this worker.
        exit_with_controller: Whether to end the process when the controller is gone, instead of
            waiting for one without limit.
        relays: Whether folders of stores are on the machine of the controller alone, so that
            objects travel over this connection.
    """

    endpoint: str
    keys: Keys
    exit_with_controller: bool = False
    relays: bool = False


ANYTHING = messages.Offers(data_roots=[], prepared=[], fetches=False)
"""The offer of a worker that reads data wherever they are."""


class Link(threading.Thread):
    """Talks to the broker: registers, sends heartbeats, receives work and sends answers.

    Args:
        options: Where the broker is, and how to connect to it.
        hello: First message of every connection.
        offers: Which data this worker has; sent after every welcome.
        schemes: Which URLs it can read; sent before.

    Attributes:
        inbox: Work to do, in order; None asks the main thread to leave.
        is_leaving: Whether leases are given back unanswered, so that another worker gets them.
        asks: Gets the answers to what this worker asks of the controller's store.
    """

    def __init__(
        self,
        options: LinkOptions,
        hello: messages.Hello,
        offers: messages.Offers = ANYTHING,
        schemes: messages.Schemes | None = None,
    ) -> None:
        super().__init__(name="link", daemon=True)
        self.inbox: SimpleQueue[Work | None] = SimpleQueue()
        self.is_leaving = False
        self.asks: Asks | None = None
        self._options = options
        self._hello = hello
        self._offers = offers
        self._schemes = schemes
        self._patience = GONE_SECONDS if options.exit_with_controller else math.inf
        self._held: dict[str, Work] = {}
        self._context: messages.Context | None = None
        self._connected = False
        self._broker_minor = 0
        self._beat_seconds = HEARTBEAT_SECONDS
        self._beat_at = 0.0
        self._gone_at = time.monotonic() + max(CONNECT_SECONDS, self._patience)
        self._redial_at = math.inf
        self._failed_because = ""
        context = zmq.Context.instance()
        self._dealer = create_dealer(context, hello, options.keys)
        self._monitor = self._dealer.get_monitor_socket()
        self._outbox = context.socket(zmq.PULL)
        self._outbox.bind("inproc://outbox")
        self._out = context.socket(zmq.PUSH)
        self._out.connect("inproc://outbox")
        self._sending = threading.Lock()
        self._dealer.connect(options.endpoint)

    def send(self, message: messages.WorkerMessage) -> None:
        """Sends a message, or drops it if the broker is away; for threads other than this one.

        Raises:
            MalformedMessage: The broker would drop the message, because it breaks the schema.
        """
        payload = encode(message)
        decode_worker_message(payload)
        with self._sending:
            self._out.send(payload)

    def finish(self, work: Work) -> None:
        """Forgets work that is answered; for the main thread."""
        if self._held.get(work.lease.lease) is work:
            del self._held[work.lease.lease]

    @property
    def data_travel(self) -> bool:
        """Whether the broker answers what this worker asks of data."""
        return self._broker_minor >= MINOR_OF_DATA

    def fail(self, lease: messages.Lease, failure: Failure) -> None:
        """Answers a lease with a failure; for the main thread."""
        code, message, detail = failure.code, failure.message, failure.detail
        if failure.is_crash and self._broker_minor >= MINOR_OF_CRASHED:
            self.send(messages.Crashed(lease.lease, lease.attempt, message, detail))
        else:
            self.send(messages.Failed(lease.lease, lease.attempt, code, message, detail))

    def fail_held(self, code: ErrorCode, message: str) -> None:
        """Answers all work with a failure; for threads other than this one."""
        for work in list(self._held.values()):
            self.send(messages.Failed(work.lease.lease, work.lease.attempt, code, message, None))

    def leave(self) -> None:
        """Gives back all leases and leaves; for signal handlers."""
        self.is_leaving = True
        self._cancel_all()
        self.inbox.put(None)

    def close(self) -> None:
        """Says goodbye and ends the thread; for the main thread."""
        self.send(messages.Goodbye())
        self._out.send(b"")
        self.join()
        self._out.close()

    def run(self) -> None:
        """Serves the sockets until the link is closed."""
        try:
            self._serve()
        except Exception:
            traceback.print_exc()
            _exit(EXIT_DEFECT)

    def _serve(self) -> None:
        poller = zmq.Poller()
        handlers: dict[zmq.Socket, Callable[[], bool]] = {
            self._monitor: self._on_monitor,
            self._dealer: self._on_dealer,
            self._outbox: self._on_outbox,
        }
        for socket in handlers:
            poller.register(socket, zmq.POLLIN)
        is_open = True
        while is_open:
            ready = dict(poller.poll(self._poll_millis()))
            for socket, handle in handlers.items():
                if socket in ready:
                    is_open = handle() and is_open
            self._on_time()
        self._dealer.disable_monitor()
        self._monitor.close()
        self._outbox.close()
        self._dealer.close(linger=500)

    def _poll_millis(self) -> int:
        """Returns the time until something is due, at most a heartbeat."""
        due = self._beat_at if self._connected else min(self._gone_at, self._redial_at)
        return math.ceil(1000 * max(0.0, min(due - time.monotonic(), self._beat_seconds)))

    def _on_time(self) -> None:
        now = time.monotonic()
        if self._connected and now >= self._beat_at:
            self._post(self._heartbeat())
        if not self._connected and now >= self._gone_at:
            log.error("the controller is gone; leaving")
            _exit(EXIT_GONE)
        if now >= self._redial_at:
            self._redial()

    def _on_monitor(self) -> bool:
        event = recv_monitor_message(self._monitor)["event"]
        if event == zmq.Event.HANDSHAKE_SUCCEEDED:
            self._connected = True
            self._failed_because = ""
            self._post(self._hello)
        elif event == zmq.Event.DISCONNECTED and self._connected:
            self._connected = False
            self._gone_at = time.monotonic() + self._patience
            log.warning("the connection to the controller was lost")
            self._cancel_all()
        elif event in FAILED_HANDSHAKES:
            self._redial_at = time.monotonic() + REDIAL_SECONDS
            self._say_failed(event)
        return True

    def _redial(self) -> None:
        self._redial_at = math.inf
        with contextlib.suppress(zmq.ZMQError):
            self._dealer.disconnect(self._options.endpoint)
        self._dealer.connect(self._options.endpoint)

    def _say_failed(self, event: int) -> None:
        """Logs why the handshake failed, once for each reason."""
        if event == zmq.Event.HANDSHAKE_FAILED_AUTH:
            reason = (
                f"it does not allow the key of this worker, {public_key_of(self._options.keys)}"
            )
        else:
            reason = f"it does not have the key {public_key_text(self._options.keys.broker)}"
        if reason != self._failed_because:
            log.warning("cannot join the pool at %s because %s", self._options.endpoint, reason)
        self._failed_because = reason

    def _on_dealer(self) -> bool:
        tag, *payload = self._dealer.recv_multipart()
        major = major_of(tag)
        if major is None or len(payload) != 1:
            log.warning("dropped a message that is not of mu2net")
        elif tag != TAG:
            _refuse(refusal(major))
        else:
            try:
                self._on_message(decode_broker_message(payload[0]))
            except MalformedMessage as error:
                log.warning("dropped a malformed message: %s", error)
                self._refuse_lease(payload[0], error)
        return True

    def _on_message(self, message: messages.BrokerMessage) -> None:
        match message:
            case messages.Welcome():
                self._beat_seconds = message.heartbeat_millis / 1000
                self._broker_minor = message.version.minor
                self._cancel_all()
                if self._schemes is not None and self._broker_minor >= MINOR_OF_SCHEMES:
                    self._post(self._schemes)
                if self._broker_minor >= MINOR_OF_OFFERS:
                    self._post(self._offers)
            case messages.Refused():
                _refuse(message.message)
            case messages.Context():
                self._context = message
            case messages.Lease(lease):
                context = self._context
                known = context is not None and context.lease == lease
                work = Work(message, context if known else None)
                self._held[lease] = work
                self.inbox.put(work)
            case messages.Cancel(lease):
                work = self._held.get(lease)
                if work is not None:
                    work.cancelled.set()
                    self._give_up_asks()
            case messages.Reply():
                if self.asks is not None:
                    self.asks.answer(message)
            case messages.Ping():
                self._post(self._heartbeat())
            case messages.Shutdown():
                self.inbox.put(None)

    def _refuse_lease(self, payload: bytes, error: MalformedMessage) -> None:
        """Answers a lease that breaks the protocol, because the broker waits for an answer."""
        held = lease_of(payload)
        if held is not None:
            reason = f"the request breaks the protocol: {error}; use a sidecar of this version"
            self._post(messages.Failed(*held, "SIDECAR_FAILED", reason, None))

    def _heartbeat(self) -> messages.WorkerMessage:
        """Returns the heartbeat: with the steps of the request, if one is executed."""
        for work in reversed(list(self._held.values())):
            if self._broker_minor >= MINOR_OF_WORKING and not work.cancelled.is_set():
                return messages.Working(work.lease.lease, work.lease.attempt, work.steps)
        return messages.Alive()

    def _on_outbox(self) -> bool:
        payload = self._outbox.recv()
        if not payload:
            return False
        self._forward(payload)
        return True

    def _post(self, message: messages.WorkerMessage) -> None:
        self._forward(encode(message))
        self._beat_at = time.monotonic() + self._beat_seconds

    def _forward(self, payload: bytes) -> None:
        # Without a connection nobody listens: leases of a lost connection are void.
        with contextlib.suppress(zmq.Again):
            if self._connected:
                self._dealer.send_multipart([TAG, payload])

    def _give_up_asks(self) -> None:
        if self.asks is not None:
            self.asks.give_up()

    def _cancel_all(self) -> None:
        self._give_up_asks()
        for work in list(self._held.values()):
            work.cancelled.set()


def _refuse(message: str) -> None:
    log.error(message)
    _exit(EXIT_REFUSED)


def _exit(code: int) -> None:
    """Ends the process at once, whatever the main thread is doing."""
    logging.shutdown()
    os._exit(code)
