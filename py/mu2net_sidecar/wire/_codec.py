"""Encodes messages and decodes them."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from mu2net_sidecar.wire.messages import BrokerMessage, WorkerMessage

T = TypeVar("T")

LARGEST_MESSAGE_BYTES = 64 << 20
"""Payload of a message; both sides close a connection that sends more."""

_encoder = msgspec.msgpack.Encoder()
_worker_messages = msgspec.msgpack.Decoder(WorkerMessage)
_broker_messages = msgspec.msgpack.Decoder(BrokerMessage)


class _Held(msgspec.Struct, tag_field="type", tag="lease"):
    """The fields that name a lease, whatever else the message holds."""

    lease: str
    attempt: Annotated[int, msgspec.Meta(ge=1, lt=1 << 32)]


class MalformedMessage(Exception):  # noqa: N818
    """Bytes that are not a message of this protocol; says where and why."""


def encode(message: WorkerMessage | BrokerMessage) -> bytes:
    """Returns the payload of a message, with fields in the order of the schema.

    Raises:
        MalformedMessage: A text is not Unicode, a number does not fit, or the payload is too long.
    """
    try:
        payload = _encoder.encode(message)
    except (UnicodeEncodeError, OverflowError) as error:
        raise MalformedMessage(str(error)) from error
    if len(payload) > LARGEST_MESSAGE_BYTES:
        raise MalformedMessage(
            f"it has {len(payload)} bytes, more than the {LARGEST_MESSAGE_BYTES} of a message"
        )
    return payload


def decode_broker_message(payload: bytes) -> BrokerMessage:
    """Returns the message in a payload from the broker.

    Raises:
        MalformedMessage: The only error, for any bytes.
    """
    return _decode(_broker_messages, payload)


def decode_worker_message(payload: bytes) -> WorkerMessage:
    """Returns the message in a payload from a worker.

    Raises:
        MalformedMessage: The only error, for any bytes.
    """
    return _decode(_worker_messages, payload)


def lease_of(payload: bytes) -> tuple[str, int] | None:
    """Returns the lease and the attempt in a payload that may be malformed elsewhere; else None."""
    try:
        held = msgspec.msgpack.decode(payload, type=_Held)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return held.lease, held.attempt


def _decode(decoder: msgspec.msgpack.Decoder[T], payload: bytes) -> T:
    try:
        return decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage(str(error)) from error
