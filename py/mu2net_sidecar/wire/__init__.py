"""The wire between controller and sidecar: messages as structs, their codec and their version.

The structs in `values`, `requests` and `messages` are generated from the schemas in `protocol/`.
"""

from mu2net_sidecar.wire import messages, requests, values
from mu2net_sidecar.wire._codec import (
    LARGEST_MESSAGE_BYTES,
    MalformedMessage,
    decode_broker_message,
    decode_worker_message,
    encode,
    lease_of,
)
from mu2net_sidecar.wire._refusal import major_of, refusal
from mu2net_sidecar.wire._version import PROTOCOL_VERSION, TAG

__all__ = [
    "LARGEST_MESSAGE_BYTES",
    "PROTOCOL_VERSION",
    "TAG",
    "MalformedMessage",
    "decode_broker_message",
    "decode_worker_message",
    "encode",
    "lease_of",
    "major_of",
    "messages",
    "refusal",
    "requests",
    "values",
]
