"""The structs say what the JSON Schema says, which is generated from the zod schemas."""

import json
from pathlib import Path

import msgspec
import pytest

from mu2net_sidecar.wire.messages import BrokerMessage, WorkerMessage

SCHEMAS = Path(__file__).parents[3] / "protocol" / "schema"
CONSTRAINTS = {
    *("type", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "contentEncoding"),
}


def canonical(schema, defs):
    """What a JSON Schema demands, in one spelling: constraints without titles and descriptions."""
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
        # Sorted neither here nor on the wire: the order of fields is part of the golden bytes.
        kept["properties"] = [
            (name, canonical(value, defs)) for name, value in schema.get("properties", {}).items()
        ]
        kept["required"] = sorted(schema.get("required", []))
        extra = schema["additionalProperties"]
        kept["extra"] = canonical(extra, defs) if isinstance(extra, dict) else extra
    return kept


@pytest.mark.parametrize(
    ("file", "union"),
    [("worker-message.json", WorkerMessage), ("broker-message.json", BrokerMessage)],
)
def test_structs_are_twins_of_the_schema(file, union):
    generated = json.loads((SCHEMAS / file).read_text(encoding="utf-8"))
    ours = msgspec.json.schema(union)
    assert canonical(ours, ours["$defs"]) == canonical(generated, generated.get("$defs", {}))
