"""The sockets between the lead and its followers, which know each other by the worker's key."""

from __future__ import annotations

import zmq
from zmq.utils import z85

HEARTBEAT_MILLIS, SILENCE_MILLIS = 1000, 5000
"""Time between heartbeats, and the silence after which a host counts as gone."""
LARGEST_MESSAGE_BYTES = 64 << 20
DOMAIN = "slice"
AUTHENTICATOR = "inproc://zeromq.zap.01"
"""Where ZeroMQ asks whether a client may connect."""


def create_lead_socket(secret: bytes) -> zmq.Socket:
    """Creates the socket that followers connect to; only holders of the worker's key may.

    An authenticator must answer before the socket is bound; without one, nobody is let in.
    """
    socket = _create_socket(zmq.ROUTER, secret)
    socket.curve_server = True
    socket.zap_domain = DOMAIN.encode()
    socket.zap_enforce_domain = True
    socket.router_mandatory = True
    return socket


def create_follower_socket(secret: bytes) -> zmq.Socket:
    """Creates the socket of a follower, which accepts only the holder of the worker's key."""
    socket = _create_socket(zmq.DEALER, secret)
    socket.curve_serverkey = _public_key(secret)
    return socket


def create_authenticator() -> zmq.Socket:
    """Creates the socket on which ZeroMQ asks; answer with `answer_authentication`."""
    socket = zmq.Context.instance().socket(zmq.REP)
    socket.linger = 0
    socket.bind(AUTHENTICATOR)
    return socket


def answer_authentication(socket: zmq.Socket, secret: bytes) -> None:
    """Lets in the client if it has the worker's own key; see ZeroMQ RFC 27."""
    version, request, _domain, _address, _identity, mechanism, *keys = socket.recv_multipart()
    allowed = mechanism == b"CURVE" and keys == [z85.decode(_public_key(secret))]
    status, text = (b"200", b"OK") if allowed else (b"400", b"another key")
    socket.send_multipart([version, request, status, text, b"", b""])


def _create_socket(kind: int, secret: bytes) -> zmq.Socket:
    socket = zmq.Context.instance().socket(kind)
    socket.curve_secretkey = z85.encode(secret)
    socket.curve_publickey = _public_key(secret)
    socket.ipv6 = True
    socket.linger = 500
    socket.sndhwm = socket.rcvhwm = 0
    socket.maxmsgsize = LARGEST_MESSAGE_BYTES
    socket.heartbeat_ivl = HEARTBEAT_MILLIS
    socket.heartbeat_timeout = SILENCE_MILLIS
    return socket


def _public_key(secret: bytes) -> bytes:
    """Returns the public key of a secret one, in Z85."""
    return zmq.curve_public(z85.encode(secret))
