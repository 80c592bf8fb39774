# Generated from protocol/requests/export.ts by `npm run generate`; edit that instead.
"""Export of paths."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.requests._evaluate import EvaluatedComponent
from mu2net_sidecar.wire.values import Architecture, StoreUrl, Text


class ExportRequest(Value, frozen=True, tag_field="kind", tag="export"):
    """Writes a path as a model of its own.

    Attributes:
        folder: Where the files go; it is created if it does not exist.
        labels: Names of the classes in order; empty: not known.
    """

    store: StoreUrl
    architecture: Architecture
    components: Annotated[list[EvaluatedComponent], Meta(min_length=1)]
    format: Literal["timm", "transformers", "augreg", "stablehlo", "onnx"]
    folder: Text
    labels: list[Text]


class ExportResult(Value, frozen=True, tag_field="kind", tag="export"):
    """The files of an exported model.

    Attributes:
        files: Names of the files in the folder.
    """

    files: list[Text]
