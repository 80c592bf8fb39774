# Generated from protocol/values/scalars.ts by `npm run generate`; edit that instead.
"""Numbers and texts with their bounds."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Count = Annotated[int, Meta(ge=0, le=0xFFFF_FFFF)]
"""An integer below 2^32: larger ones do not survive msgpack alike in both languages."""

Positive = Annotated[int, Meta(ge=1, le=0xFFFF_FFFF)]
"""An integer from 1 to below 2^32."""

Finite = Annotated[float, Meta(ge=-1e300, le=1e300)]
"""A number; the bounds make both languages reject NaN and infinities."""

NonNegative = Annotated[float, Meta(ge=0, le=1e300)]
"""A finite number that is not negative."""

Rate = Annotated[float, Meta(gt=0, le=1e300)]
"""A finite number above zero."""

Fraction = Annotated[float, Meta(ge=0, le=1)]
"""A number from 0 to 1."""

Text = Annotated[str, Meta(max_length=16_384)]
"""A text of at most 16 384 characters."""

ClassCount = Annotated[int, Meta(ge=1, le=1_048_576)]
"""The number of classes of a task."""

ExampleCount = Annotated[int, Meta(ge=1, le=67_108_864)]
"""A number of examples, or of batches of them."""

BatchSize = Annotated[int, Meta(ge=1, le=65_536)]
"""The number of images of a batch."""

Side = Annotated[int, Meta(ge=1, le=4_096)]
"""The side of an image or of a patch in pixels."""

SplitExpression = Annotated[str, Meta(max_length=1_024)]
"""Slices of base splits, in the syntax of TFDS."""

Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]
"""The sha256 of a stored object or of a file."""

ComponentName = Annotated[
    str,
    Meta(
        pattern=r"^(embedding|cls|posembed_input|(encoderblock|residual_adapter)_[0-9]+|encoder_norm|head)(?!\n)$",
    ),
]
"""The place of a component in a path."""

Seed = Count
"""The seed of a named random stream."""

PathId = Count
"""The id of a path in its system."""

StoreUrl = Text
"""The component store: a folder or an fsspec URL."""

LeaseId = Text
"""The identity of a lease; one lease is one request to be answered."""

Attempt = Positive
"""How often a lease was given to a worker; answers to an older attempt are ignored."""
