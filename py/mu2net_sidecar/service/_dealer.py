"""The socket of a worker."""

from __future__ import annotations

import zmq
from zmq.utils import z85

from mu2net_sidecar.service._keys import Keys, public_key_text
from mu2net_sidecar.wire import LARGEST_MESSAGE_BYTES, messages

HANDSHAKE_MILLIS = 5000
"""A peer that does not complete the handshake for this long is no broker."""


def create_dealer(context: zmq.Context, hello: messages.Hello, keys: Keys) -> zmq.Socket:
    """Creates the encrypted socket of a worker."""
    dealer = context.socket(zmq.DEALER)
    dealer.curve_serverkey = keys.broker
    dealer.curve_secretkey = keys.secret
    dealer.curve_publickey = _curve_public_of(keys)
    dealer.handshake_ivl = HANDSHAKE_MILLIS
    # Unique to the process and kept at reconnection, so that the broker recognises the worker.
    dealer.routing_id = f"{hello.worker}.{hello.epoch}".encode()
    dealer.ipv6 = True
    dealer.sndhwm = 0
    dealer.maxmsgsize = LARGEST_MESSAGE_BYTES
    dealer.reconnect_ivl = 100
    dealer.reconnect_ivl_max = 2000
    dealer.heartbeat_ivl = 1000
    dealer.heartbeat_timeout = 5000
    # Messages that were not sent before a connection was lost are void.
    dealer.immediate = True
    dealer.sndtimeo = 200
    dealer.linger = 0
    return dealer


def _curve_public_of(keys: Keys) -> bytes:
    """Returns the public key of the worker, as sockets take it."""
    return zmq.curve_public(z85.encode(keys.secret))


def public_key_of(keys: Keys) -> str:
    """Returns the public key of the worker, as people write it."""
    return public_key_text(z85.decode(_curve_public_of(keys)))
