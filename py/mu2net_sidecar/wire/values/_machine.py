# Generated from protocol/values/machine.ts by `npm run generate`; edit that instead.
"""The machine and the software of a worker."""

from __future__ import annotations

from typing import Literal

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values._scalars import Count, Positive, Text


class Version(Value, frozen=True):
    """A version of the protocol."""

    major: Count
    minor: Count


class Versions(Value, frozen=True):
    """Versions of the software that a worker runs on."""

    sidecar: Text
    python: Text
    jax: Text


class Device(Value, frozen=True):
    """A device that JAX computes on.

    Attributes:
        platform: `cpu`, `gpu` or `tpu`.
        kind: Name of the model, as JAX says it.
        memory_bytes: Decimal digits, because byte counts exceed 2^32; None: not known.
    """

    platform: Text
    kind: Text
    memory_bytes: Text | None


class Engine(Value, frozen=True):
    """The options with which a worker computes.

    Attributes:
        precision: Number format of computation.
        attention: Kernel of attention.
        remat: Values that the backward pass computes again instead of keeping them.
        devices: Number of devices that share each batch.
    """

    precision: Literal["float32", "bfloat16"]
    attention: Literal["xla", "cudnn"]
    remat: Literal["none", "dots", "full"]
    devices: Positive
