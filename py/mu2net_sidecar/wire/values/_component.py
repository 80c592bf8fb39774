# Generated from protocol/values/component.ts by `npm run generate`; edit that instead.
"""Components of paths."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values._scalars import (
    ClassCount,
    ComponentName,
    Digest,
    Positive,
    Seed,
    Side,
)


class Architecture(Value, frozen=True):
    """All that the shapes of components depend on.

    Attributes:
        patch_size: Side of a patch in pixels.
        image_size: Side of an image in pixels.
        adapter_dim: Hidden width of residual adapters.
    """

    patch_size: Side
    hidden_size: Positive
    mlp_dim: Positive
    num_heads: Positive
    image_size: Side
    num_classes: ClassCount
    adapter_dim: Annotated[int, Meta(ge=1, le=16_384)]


class Stored(Value, frozen=True, tag_field="kind", tag="stored"):
    """Parameters and momentum trace from the store.

    Attributes:
        trace_digest: Momentum trace; None: zeros.
    """

    params_digest: Digest
    trace_digest: Digest | None


class Fresh(Value, frozen=True, tag_field="kind", tag="fresh"):
    """Random parameters, drawn by the initialiser of the component's kind."""

    seed: Seed


class Resampled(Value, frozen=True, tag_field="kind", tag="resampled"):
    """A stored position embedding, resampled to the grid of the image size."""

    params_digest: Digest


Initialiser = Stored | Fresh | Resampled
"""The initial parameters of a component."""


class Component(Value, frozen=True):
    """A component of a child.

    Attributes:
        trainable: Whether the child trains it; otherwise it is frozen.
    """

    name: ComponentName
    trainable: bool
    initialiser: Initialiser


class TrainedComponent(Value, frozen=True):
    """A component that is now in the store.

    Attributes:
        parameter_count: Number of scalar parameters.
        trace_digest: Momentum trace; None: there is none.
    """

    name: ComponentName
    parameter_count: Positive
    params_digest: Digest
    trace_digest: Digest | None
