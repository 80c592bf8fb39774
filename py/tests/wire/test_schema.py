"""The generated structs accept exactly what the JSON Schema accepts."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mu2net_sidecar.wire import messages

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "protocol" / "schema" / "protocol.json").read_text("utf-8")
)
UNIONS = {"WorkerMessage": messages.WorkerMessage, "BrokerMessage": messages.BrokerMessage}
CONSTRAINTS = {
    *("type", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "contentEncoding"),
}


def canonical(schema, defs):
    """Returns a JSON Schema in a canonical form, without titles and descriptions."""
    if "$ref" in schema:
        return canonical(defs[schema["$ref"].removeprefix("#/$defs/")], defs)
    for union in ("anyOf", "oneOf"):
        if union in schema:
            branches = [canonical(branch, defs) for branch in schema[union]]
            return {"union": sorted(branches, key=lambda branch: json.dumps(branch))}
    if "const" in schema:
        return {"enum": [schema["const"]]}
    if "enum" in schema:
        return {"enum": sorted(schema["enum"])}
    kept = {key: value for key, value in schema.items() if key in CONSTRAINTS}
    if kept["type"] == "array":
        kept["items"] = canonical(schema["items"], defs)
    if kept["type"] == "object":
        # Fields keep their order, because it is part of the golden bytes.
        kept["properties"] = [
            (name, canonical(value, defs)) for name, value in schema.get("properties", {}).items()
        ]
        kept["required"] = sorted(schema.get("required", []))
        extra = schema["additionalProperties"]
        kept["extra"] = canonical(extra, defs) if isinstance(extra, dict) else extra
    return kept


@pytest.mark.parametrize("name", UNIONS)
def test_structs_say_what_the_schema_says(name):
    ours = msgspec.json.schema(UNIONS[name])
    expected = canonical(SCHEMA["$defs"][name], SCHEMA["$defs"])
    assert canonical(ours, ours["$defs"]) == expected


CORPUS = Path(__file__).parents[3] / "protocol" / "corpus" / "accept"
MESSAGES = [
    (f"{sender.capitalize()}Message", json.loads(file.read_text("utf-8")))
    for sender in ("worker", "broker")
    for file in sorted((CORPUS / sender).glob("*.json"))
]
VALIDATORS = {
    name: jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})
    for name in UNIONS
}
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 0xFFFF_FFFF, 0x1_0000_0000, -0.5, 0.5, 1.5, 1e300, 1e301]),
    st.sampled_from(["", "a" * 64, "a" * 64 + "\n", "A" * 64, "head", "head\n", "head_0"]),
    st.sampled_from(["train", "test", "digits", "key", "float32", "CANCELLED", "b" * 16_385]),
    st.just([]),
    st.just({}),
)


def places(value, path=()):
    """Returns paths of all values in a message except bytes, which JSON Schema does not check."""
    if path[-1:] in (("outcomes",), ("data",)):
        return
    yield path
    if isinstance(value, dict | list):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from places(value[key], (*path, key))


def changed(message, path, change):
    """Returns the message after a change of the value at a path."""
    if not path:
        return change(message)
    copy = message.copy()
    copy[path[0]] = changed(message[path[0]], path[1:], change)
    return copy


def without(container, key):
    copy = container.copy()
    del copy[key]
    return copy


def extended(value, leaf):
    return {**value, "more": leaf} if isinstance(value, dict) else leaf


@st.composite
def variations(draw):
    """Draws a message of the corpus with one value replaced, removed or added."""
    name, message = draw(st.sampled_from(MESSAGES))
    path = draw(st.sampled_from(list(places(message))))
    leaf = draw(LEAVES)
    kind = draw(st.sampled_from(["replace", "remove", "add"]))
    if kind == "remove" and path:
        return name, changed(message, path[:-1], lambda value: without(value, path[-1]))
    if kind == "add":
        return name, changed(message, path, lambda value: extended(value, leaf))
    return name, changed(message, path, lambda _: leaf)


@given(variations())
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_structs_accept_what_the_schema_accepts(variation):
    name, message = variation
    payload = json.dumps(message)
    try:
        msgspec.json.decode(payload, type=UNIONS[name])
        is_accepted = True
    except msgspec.ValidationError:
        is_accepted = False
    assert is_accepted == VALIDATORS[name].is_valid(message), payload
