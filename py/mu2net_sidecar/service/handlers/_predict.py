"""Classifies images by several models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import jax
import numpy as np

from mu2net_sidecar import engine
from mu2net_sidecar.data import batch_images, decode_images, read_images
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.service.handlers._caller import Caller
from mu2net_sidecar.service.handlers._resources import Resources
from mu2net_sidecar.service.translate import frozen_path_of
from mu2net_sidecar.wire import requests

if TYPE_CHECKING:
    from jaxtyping import Float32, UInt8

    Pixels = UInt8[np.ndarray, "_ _ _"]

BATCH = 32
"""Images that are classified together, at most."""


def predict(
    request: requests.PredictRequest, resources: Resources, caller: Caller
) -> requests.PredictResult:
    """Returns the likeliest classes of each image file by each model.

    Raises:
        SidecarError: `DATA_MISSING` or `IMAGE_UNDECODABLE`, naming the file.
        Cancelled: the caller has cancelled the request.
    """
    models = _Models(request.models, request.store, resources)
    files = [Path(image) for image in request.images]
    predictions: list[list[list[requests.Prediction]]] = []
    for start in range(0, len(files), BATCH):
        if caller.is_cancelled():
            raise engine.Cancelled
        images = read_images(files[start : start + BATCH])
        predictions += models.classify(images, request.top)
    return requests.PredictResult(predictions)


def classify(
    request: requests.ClassifyRequest, resources: Resources, caller: Caller
) -> requests.ClassifyResult:
    """Returns the likeliest classes of each image of the request, or why it is unreadable.

    Raises:
        SidecarError: `OUT_OF_MEMORY`, or what concerns the models.
        Cancelled: the caller has cancelled the request.
    """
    models = _Models(request.models, request.store, resources)
    verdicts: list[requests.Classified | requests.Unreadable] = []
    for start in range(0, len(request.contents), BATCH):
        if caller.is_cancelled():
            raise engine.Cancelled
        images = decode_images(request.contents[start : start + BATCH], request.largest_pixels)
        readable = [image for image in images if not isinstance(image, SidecarError)]
        answers = iter(models.classify(readable, request.top))
        verdicts += [
            requests.Unreadable(image.message)
            if isinstance(image, SidecarError)
            else requests.Classified(next(answers))
            for image in images
        ]
    return requests.ClassifyResult(verdicts)


class _Models:
    """Several models on the device.

    Models of one image size see the same batch, and share the prefixes that they have in common.
    """

    def __init__(self, models: Sequence[requests.Model], store: str, resources: Resources) -> None:
        self._classes = [model.architecture.num_classes for model in models]
        by_size: dict[int, list[int]] = {}
        for index, model in enumerate(models):
            by_size.setdefault(model.architecture.image_size, []).append(index)
        components = resources.store(store)
        self._forests = {
            size: (
                indices,
                engine.place_forest(
                    resources.own_engine,
                    [frozen_path_of(models[index].components, components) for index in indices],
                ),
            )
            for size, indices in by_size.items()
        }

    def classify(self, images: Sequence[Pixels], top: int) -> list[list[list[requests.Prediction]]]:
        """Returns the likeliest classes: by image, then by model.

        The batch is filled up to a power of two, so that few sizes are ever compiled.
        """
        if not images:
            return []
        batch_size = 1 << (len(images) - 1).bit_length()
        logits: dict[int, np.ndarray] = {}
        for size, (indices, trees) in self._forests.items():
            outputs = engine.infer(trees, batch_images(images, size, batch_size))
            logits |= {indices[at]: output for at, output in jax.device_get(outputs).items()}
        likely = [
            _softmax(np.asarray(logits[index], np.float32)[: len(images), :classes])
            for index, classes in enumerate(self._classes)
        ]
        return [
            [_likeliest(probabilities[nth], top) for probabilities in likely]
            for nth in range(len(images))
        ]


def _softmax(
    logits: Float32[np.ndarray, "images classes"],
) -> Float32[np.ndarray, "images classes"]:
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _likeliest(
    probabilities: Float32[np.ndarray, " classes"], top: int
) -> list[requests.Prediction]:
    order = np.argsort(-probabilities, kind="stable")[:top]
    return [
        requests.Prediction(int(label), min(1.0, float(probabilities[label]))) for label in order
    ]
