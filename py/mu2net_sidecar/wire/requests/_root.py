# Generated from protocol/requests/root.ts by `npm run generate`; edit that instead.
"""Root models."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values import (
    Architecture,
    ComponentName,
    Digest,
    Positive,
    Seed,
    StoreUrl,
    Text,
    TrainedComponent,
)


class InitialiseRequest(Value, frozen=True, tag_field="kind", tag="initialise"):
    """Creates the components of a randomly initialised root model and stores them."""

    store: StoreUrl
    architecture: Architecture
    components: Annotated[list[ComponentName], Meta(min_length=1)]
    seed: Seed


class InitialiseResult(Value, frozen=True, tag_field="kind", tag="initialise"):
    """The components of the root model."""

    components: list[TrainedComponent]


class ImportRequest(Value, frozen=True, tag_field="kind", tag="import"):
    """Stores the components of a root model from a checkpoint; beats count its MiB.

    Attributes:
        source: Path, URL or name of a checkpoint, or `augreg:` and a query.
        sha256: Hash that the file must have; None: any.
        depth: Encoder blocks of the checkpoint; paths may use fewer.
    """

    store: StoreUrl
    source: Text
    sha256: Digest | None
    architecture: Architecture
    depth: Positive
    components: Annotated[list[ComponentName], Meta(min_length=1)]


class ImportResult(Value, frozen=True, tag_field="kind", tag="import"):
    """The components of the root model, and their file.

    Attributes:
        sha256: Hash of the file.
        notices: Changes and omissions, a line each.
    """

    components: list[TrainedComponent]
    sha256: Digest
    notices: list[Text]
