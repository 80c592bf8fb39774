"""The lead of a slice: gives every request to the other hosts and keeps them in step."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import cast

import zmq
from zmq.utils.monitor import recv_monitor_message

from mu2net_sidecar.service.slice._options import EXIT_SLICE, SliceOptions
from mu2net_sidecar.service.slice._sockets import (
    answer_authentication,
    create_authenticator,
    create_lead_socket,
)
from mu2net_sidecar.wire.values import ErrorCode

log = logging.getLogger(__name__)

JOIN_SECONDS = 300.0
"""How long the other hosts may take to connect."""
END_SECONDS = 60.0
"""How long the other hosts may take to end a request after the lead has ended it."""
FAILURE_SECONDS = 10.0
"""How long the lead may take to fail in the same way as another host."""
OUTBOX = "inproc://slice"


class Lead(threading.Thread):
    """Speaks to the followers, on a thread of its own because the main thread may compute.

    A host that is lost or fails alone leaves the others waiting inside XLA, where nothing can stop
    them. The process then ends, and the broker gives the request to another worker.

    Args:
        options: place in the slice.
        secret: secret key of the worker, which all its hosts have.
        on_failure: told the code and the text of a failure that this process does not share.
    """

    def __init__(
        self, options: SliceOptions, secret: bytes, on_failure: Callable[[ErrorCode, str], None]
    ) -> None:
        super().__init__(name="slice", daemon=True)
        self._options = options
        self._secret = secret
        self._on_failure = on_failure
        self._changed = threading.Condition()
        self._joined: dict[bytes, int] = {}
        self._following: set[bytes] = set()
        self._executes = self._computes = False
        self._leaves = False
        self._authenticator = create_authenticator()
        self._router = create_lead_socket(secret)
        self._monitor = self._router.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        context = zmq.Context.instance()
        self._outbox, self._out = context.socket(zmq.PULL), context.socket(zmq.PUSH)
        self._outbox.bind(OUTBOX)
        self._out.connect(OUTBOX)
        self._router.bind(options.listening)

    def wait_for_hosts(self) -> None:
        """Waits until all hosts are there.

        Raises:
            RuntimeError: some did not connect in time.
        """
        others = self._options.hosts - 1
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._joined) == others, JOIN_SECONDS):
                raise RuntimeError(
                    f"{others - len(self._joined)} of {others} other hosts of the slice did not "
                    f"connect to {self._options.endpoint} in {JOIN_SECONDS:.0f} s"
                )

    def begin(self, request: bytes) -> None:
        """Gives a request to all hosts."""
        with self._changed:
            self._following, self._executes, self._computes = set(self._joined), True, False
        self._post(b"request", request)

    @property
    def computes(self) -> bool:
        """Whether the hosts compute together, so that the lead cannot stop alone."""
        return self._computes

    def decide(self, stop: bool) -> bool:
        """Tells the hosts, which wait for it at the same place, whether to stop; returns it."""
        self._computes = True
        self._post(b"stop" if stop else b"go")
        return stop

    def end(self) -> None:
        """Ends the request, and waits until the other hosts have ended it."""
        self._post(b"end")
        with self._changed:
            self._executes = False
            self._changed.notify_all()
            if self._changed.wait_for(lambda: not self._following, END_SECONDS):
                return
        log.error("a host of the slice did not end the request; leaving")
        _exit()

    def leave(self) -> None:
        """Asks the other hosts to leave."""
        self._leaves = True
        self._post(b"leave")

    def run(self) -> None:
        """Serves the sockets until the process ends."""
        poller = zmq.Poller()
        sockets = (self._authenticator, self._router, self._monitor, self._outbox)
        for socket in sockets:
            poller.register(socket, zmq.POLLIN)
        while True:
            for socket, _ in poller.poll():
                if socket is self._authenticator:
                    answer_authentication(socket, self._secret)
                elif socket is self._outbox:
                    self._send(socket.recv_multipart())
                elif socket is self._router:
                    self._receive(*socket.recv_multipart())
                else:
                    recv_monitor_message(socket)
                    # Some connection was lost. The send fails if it was that of a host.
                    self._send([b"ping"])

    def _send(self, frames: list[bytes]) -> None:
        for host in self._joined:
            try:
                self._router.send_multipart([host, *frames])
            except zmq.ZMQError:
                if not self._leaves:
                    log.error("host %s of the slice is gone; leaving", self._joined[host])
                    _exit()

    def _receive(self, sender: bytes, kind: bytes, *rest: bytes) -> None:
        if kind == b"hello":
            with self._changed:
                self._joined[sender] = int(rest[0])
                self._changed.notify_all()
        elif kind == b"ended":
            code, text = (part.decode() for part in rest)
            with self._changed:
                self._following.discard(sender)
                self._changed.notify_all()
            if code not in ("", "CANCELLED"):
                text = f"host {self._joined[sender]}: {text}"
                threading.Thread(target=self._fail, args=(code, text), daemon=True).start()

    def _fail(self, code: str, text: str) -> None:
        """Gives the lead time to fail in the same way; tells the failure and ends if it does not.

        The cause is often the same on all hosts, for example a file that is missing.
        """
        with self._changed:
            if self._changed.wait_for(lambda: not self._executes, FAILURE_SECONDS):
                return
        log.error("%s", text)
        self._on_failure(cast(ErrorCode, code), text)
        time.sleep(1.0)
        _exit()

    def _post(self, *frames: bytes) -> None:
        self._out.send_multipart(frames)


def _exit() -> None:
    logging.shutdown()
    os._exit(EXIT_SLICE)
