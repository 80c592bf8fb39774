import base64
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mu2net_sidecar.wire import (
    MalformedMessage,
    decode_broker_message,
    decode_worker_message,
    encode,
    lease_of,
)

CORPUS = Path(__file__).parents[3] / "protocol" / "corpus"
DECODE = {"worker": decode_worker_message, "broker": decode_broker_message}
# Controllers and standing pools speak only TypeScript with each other.
GOLDEN = {
    name: text
    for name, text in json.loads((CORPUS / "golden.json").read_text(encoding="utf-8")).items()
    if name.split("/")[0] in DECODE
}


def examples(verdict):
    files = sorted((CORPUS / verdict).glob("*/*.json"))
    assert files, f"there is no {verdict} corpus"
    return [
        pytest.param(file.parent.name, json.loads(file.read_text(encoding="utf-8")), id=name)
        for file in files
        for name in [f"{file.parent.name}/{file.stem}"]
        if file.parent.name in DECODE
    ]


def payload_of(example):
    if "msgpack" in example:
        return bytes.fromhex(example["msgpack"])
    return msgspec.msgpack.encode(as_sent(example["message"]))


def as_sent(value, key=None):
    """Returns an example with decoded bytes, which are base64 in JSON."""
    if isinstance(value, dict):
        return {name: as_sent(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [as_sent(each, key if key == "contents" else None) for each in value]
    is_bytes = key in ("outcomes", "data", "png", "contents") and isinstance(value, str)
    return base64.b64decode(value) if is_bytes else value


@pytest.mark.parametrize(("sender", "message"), examples("accept"))
def test_accepts_and_encodes_again(sender, message):
    payload = msgspec.msgpack.encode(as_sent(message))
    assert encode(DECODE[sender](payload)) == payload


@pytest.mark.parametrize("name", GOLDEN)
def test_bytes_are_golden(name):
    sender = name.split("/")[0]
    golden = bytes.fromhex(GOLDEN[name])
    assert encode(DECODE[sender](golden)) == golden
    message = json.loads((CORPUS / "accept" / f"{name}.json").read_text(encoding="utf-8"))
    assert msgspec.msgpack.encode(as_sent(message)) == golden


@pytest.mark.parametrize(("sender", "example"), examples("reject"))
def test_rejects(sender, example):
    with pytest.raises(MalformedMessage):
        DECODE[sender](payload_of(example))


ACCEPTED = [encode(DECODE[name.split("/")[0]](bytes.fromhex(hex))) for name, hex in GOLDEN.items()]


def test_the_lease_of_a_malformed_lease_is_known():
    lease = {"type": "lease", "lease": "a-1", "attempt": 2, "request": {"kind": "nonsense"}}
    assert lease_of(msgspec.msgpack.encode(lease)) == ("a-1", 2)
    for other in [{**lease, "type": "cancel"}, {**lease, "attempt": 0}, {"type": "lease"}, [], 7]:
        assert lease_of(msgspec.msgpack.encode(other)) is None


@given(st.binary())
def test_finding_the_lease_survives_any_bytes(payload):
    assert lease_of(payload) is None or lease_of(payload)[1] > 0


@given(st.binary(max_size=200))
def test_garbage_is_malformed(garbage):
    for decode in DECODE.values():
        try:
            message = decode(garbage)
        except MalformedMessage:
            continue
        assert decode(encode(message)) == message


@given(st.sampled_from(ACCEPTED), st.data())
def test_damage_is_malformed_or_another_message(payload, data):
    at = data.draw(st.integers(0, len(payload) - 1))
    byte = data.draw(st.integers(0, 255))
    damaged = payload[:at] + bytes([byte]) + payload[at + 1 :]
    for decode in DECODE.values():
        try:
            message = decode(damaged)
        except MalformedMessage:
            continue
        assert decode(encode(message)) == message
