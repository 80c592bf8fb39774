"""Checks an object against the schema of a custom resource: `{"schema": …, "object": …}` as input.

Unknown fields are errors, as they are for `kubectl apply`.
"""

import json
import sys

import jsonschema


def strict(schema):
    """Forbids fields that the schema does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    is_open = schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        closed.setdefault("additionalProperties", bool(is_open))
    return closed


given = json.load(sys.stdin)
validator = jsonschema.Draft202012Validator(strict(given["schema"]))
for error in validator.iter_errors(given["object"]):
    print(f"{error.json_path}: {error.message[:200]}")
