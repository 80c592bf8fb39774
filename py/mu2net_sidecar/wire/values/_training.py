# Generated from protocol/values/training.ts by `npm run generate`; edit that instead.
"""How a child is trained."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values._scalars import BatchSize, ExampleCount, Fraction, Rate


class Augmentation(Value, frozen=True):
    """How training images are varied.

    Attributes:
        normalise_first: Whether colours vary as values in [-1, 1]; otherwise they vary as bytes.
        crop: Whether to crop at random.
        area_range_min: Smallest area of a crop, as a share of the image.
        aspect_ratio_range_min: Smallest aspect ratio of a crop.
        quality_delta: Largest loss of JPEG quality, as a share of 100.
    """

    normalise_first: bool
    crop: bool
    area_range_min: Fraction
    aspect_ratio_range_min: Fraction
    flip_left_right: bool
    brightness_delta: Fraction
    contrast_delta: Fraction
    saturation_delta: Fraction
    hue_delta: Fraction
    quality_delta: Fraction


class Optimizer(Value, frozen=True):
    """The SGD of a child.

    Attributes:
        learning_rate: Peak of the schedule; `constant` stays at half of it.
        schedule: `restarts` is `cosine`, begun anew after each validation.
        warmup_ratio: Share of a period of the schedule that is warm-up.
        momentum: None: plain SGD.
    """

    learning_rate: Rate
    schedule: Literal["constant", "cosine", "linear", "restarts"]
    warmup_ratio: Fraction
    momentum: Fraction | None
    nesterov: bool


class Budget(Value, frozen=True):
    """How long a child trains, and on how much it is validated.

    Attributes:
        validations: How often a child is validated.
        validation_batches: Number of batches of one validation.
    """

    batch_size: BatchSize
    batches_between_validations: ExampleCount
    validations: Annotated[int, Meta(ge=1, le=10_000)]
    validation_batch_size: BatchSize
    validation_batches: ExampleCount
