"""Classifies image files by several models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar import engine
from mu2net_sidecar.data import read_images
from mu2net_sidecar.service.handlers._caller import Caller
from mu2net_sidecar.service.handlers._resources import Resources
from mu2net_sidecar.service.translate import frozen_path_of
from mu2net_sidecar.wire import requests

if TYPE_CHECKING:
    from jaxtyping import Float32

BATCH = 32
"""Images that are classified together."""


def predict(
    request: requests.PredictRequest, resources: Resources, caller: Caller
) -> requests.PredictResult:
    """Returns the likeliest classes of each image by each model.

    Models of one image size see the same batch, and share the prefixes that they have in common.

    Raises:
        SidecarError: `DATA_MISSING` or `IMAGE_UNDECODABLE`, naming the file.
        Cancelled: the caller has cancelled the request.
    """
    store = resources.store(request.store)
    paths = [frozen_path_of(model.components, store) for model in request.models]
    models = request.models
    by_size: dict[int, list[int]] = {}
    for index, model in enumerate(models):
        by_size.setdefault(model.architecture.image_size, []).append(index)
    forests = {
        size: (
            indices,
            engine.place_forest(resources.own_engine, [paths[index] for index in indices]),
        )
        for size, indices in by_size.items()
    }
    files = [Path(image) for image in request.images]
    predictions: list[list[list[requests.Prediction]]] = []
    for start in range(0, len(files), BATCH):
        if caller.is_cancelled():
            raise engine.Cancelled
        batch = files[start : start + BATCH]
        answers: list[list[list[requests.Prediction]]] = [[[]] * len(models) for _ in batch]
        for size, (indices, trees) in forests.items():
            for at, logits in engine.infer(trees, read_images(batch, size)).items():
                classes = models[indices[at]].architecture.num_classes
                likely = np.asarray(jax.nn.softmax(jnp.asarray(logits)[:, :classes], axis=-1))
                for answer, probabilities in zip(answers, likely, strict=True):
                    answer[indices[at]] = _likeliest(probabilities, request.top)
        predictions += answers
    return requests.PredictResult(predictions)


def _likeliest(
    probabilities: Float32[np.ndarray, " classes"], top: int
) -> list[requests.Prediction]:
    order = np.argsort(-probabilities, kind="stable")[:top]
    return [
        requests.Prediction(int(label), min(1.0, float(probabilities[label]))) for label in order
    ]
