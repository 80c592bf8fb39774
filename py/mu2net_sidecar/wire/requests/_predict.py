# Generated from protocol/requests/predict.ts by `npm run generate`; edit that instead.
"""Classification of images."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.requests._evaluate import EvaluatedComponent
from mu2net_sidecar.wire.values import Architecture, Count, Fraction, Positive, StoreUrl, Text


class Model(Value, frozen=True):
    """A path to predict with.

    Attributes:
        components: In forward order.
    """

    architecture: Architecture
    components: Annotated[list[EvaluatedComponent], Meta(min_length=1)]


class PredictRequest(Value, frozen=True, tag_field="kind", tag="predict"):
    """Classifies images by several models; what these share is computed once.

    Attributes:
        images: Image files.
        top: Number of classes to name per image and model.
    """

    store: StoreUrl
    images: Annotated[list[Text], Meta(min_length=1)]
    models: Annotated[list[Model], Meta(min_length=1)]
    top: Positive


class Prediction(Value, frozen=True):
    """A class and its probability."""

    label: Count
    probability: Fraction


class PredictResult(Value, frozen=True, tag_field="kind", tag="predict"):
    """The likeliest classes of each image.

    Attributes:
        predictions: By image, then by model; the likeliest class comes first.
    """

    predictions: list[list[list[Prediction]]]


class ClassifyRequest(Value, frozen=True, tag_field="kind", tag="classify"):
    """Classifies images that the request contains, as `predict` classifies files.

    Attributes:
        contents: An image file each.
        largest_pixels: Pixels that an image may have at most; more are refused.
        top: Number of classes to name per image and model.
    """

    store: StoreUrl
    contents: Annotated[list[bytes], Meta(min_length=1)]
    largest_pixels: Positive
    models: Annotated[list[Model], Meta(min_length=1)]
    top: Positive


class Classified(Value, frozen=True, tag_field="kind", tag="classified"):
    """The likeliest classes of an image.

    Attributes:
        predictions: By model; the likeliest class comes first.
    """

    predictions: list[list[Prediction]]


class Unreadable(Value, frozen=True, tag_field="kind", tag="unreadable"):
    """Why an image cannot be decoded; the others are classified."""

    message: Text


class ClassifyResult(Value, frozen=True, tag_field="kind", tag="classify"):
    """Classes of each image, or why they are unknown.

    Attributes:
        verdicts: By image, in the order of the request.
    """

    verdicts: list[Classified | Unreadable]
