"""Pretrains root models."""

from __future__ import annotations

import hashlib
import math
import time
from pathlib import Path

import jax
import msgspec

from mu2net_sidecar import engine
from mu2net_sidecar.checkpoint import write_root
from mu2net_sidecar.data import Distortion, MixedBatches, MixedTask
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import initialise
from mu2net_sidecar.service.handlers._caller import ROOT, Caller
from mu2net_sidecar.service.handlers._pretraining_file import read_state, write_state
from mu2net_sidecar.service.handlers._resources import Resources
from mu2net_sidecar.service.translate import architecture_of, augmentation_of
from mu2net_sidecar.wire import requests

SECONDS_BETWEEN_BEATS = 1.0
STATE, MODEL = "pretraining.npz", "model.npz"


def pretrain_root(
    request: requests.PretrainRequest, resources: Resources, caller: Caller
) -> requests.PretrainResult:
    """Trains a root model and writes it; goes on where an interrupted training left its state.

    Raises:
        SidecarError: data are missing or corrupt, or the folder has another training's state.
        Cancelled: the caller has cancelled the request.
    """
    folder, recipe = Path(request.folder), request.recipe
    fingerprint = _fingerprint(request)
    architecture = architecture_of(request.architecture)
    state = read_state(folder / STATE, fingerprint) or engine.PretrainingState(
        0, {name: initialise(name, architecture, request.seed) for name in request.components}
    )
    beats = _Beats(caller, state, recipe.steps)
    training = engine.pretrain(
        resources.engine,
        state,
        _batches(request, resources),
        engine.Recipe(
            recipe.steps,
            recipe.learning_rate,
            recipe.warmup_steps,
            recipe.weight_decay,
            recipe.label_smoothing,
        ),
        num_classes=architecture.num_classes,
        steps_between_validations=recipe.steps_between_validations,
        on_step=beats.step,
    )
    for state in training:
        if not math.isfinite(state.validations[-1].loss):
            return requests.PretrainResult(None, None, _validations_of(state, until=-1))
        write_state(folder / STATE, state, fingerprint)
        beats.validated(state)
    sha256 = write_root(folder / MODEL, jax.device_get(dict(state.params)))
    return requests.PretrainResult(MODEL, sha256, _validations_of(state))


class _Beats:
    """Tells the caller how far the training is, about once a second."""

    def __init__(self, caller: Caller, state: engine.PretrainingState, steps: int) -> None:
        self._caller, self._steps = caller, steps
        self._qualities = _qualities_of(state)
        self._last = time.monotonic()

    def step(self, step: int) -> None:
        if self._caller.is_cancelled():
            raise engine.Cancelled
        if time.monotonic() - self._last >= SECONDS_BETWEEN_BEATS:
            self._beat(step)

    def validated(self, state: engine.PretrainingState) -> None:
        self._qualities = _qualities_of(state)
        self._beat(state.step)

    def _beat(self, step: int) -> None:
        self._last = time.monotonic()
        self._caller.beat(engine.Progress(ROOT, step, self._steps, self._qualities))


def _qualities_of(state: engine.PretrainingState) -> tuple[float, ...]:
    """The mean accuracy over the tasks at each validation."""
    return tuple(sum(each.accuracies) / len(each.accuracies) for each in state.validations)


def _fingerprint(request: requests.PretrainRequest) -> str:
    """Names everything that a training depends on, so that no other one is continued."""
    encoded = msgspec.json.encode(msgspec.structs.replace(request, folder=""))
    return hashlib.sha256(encoded).hexdigest()


def _batches(request: requests.PretrainRequest, resources: Resources) -> MixedBatches:
    datasets = [resources.open(task) for task in request.tasks]
    recipe = request.recipe
    if recipe.batch_size < len(datasets):
        raise SidecarError(
            "SIDECAR_FAILED",
            f"a batch of {recipe.batch_size} cannot have an image of each of {len(datasets)} "
            "tasks; raise the batch size",
        )
    sets = [split for each in datasets for split in (each.train, each.validation)]
    splits = resources.placements.place(sets)
    return MixedBatches(
        [
            MixedTask(train, validation, dataset.num_classes)
            for train, validation, dataset in zip(splits[::2], splits[1::2], datasets, strict=True)
        ],
        batch_size=recipe.batch_size,
        image_size=request.architecture.image_size,
        augmentation=augmentation_of(request.augmentation),
        distortion=Distortion(recipe.warp, recipe.recolour),
        seed=request.seed,
        max_validation_examples=recipe.max_validation_examples,
    )


def _validations_of(
    state: engine.PretrainingState, until: int | None = None
) -> list[requests.RootValidation]:
    return [
        requests.RootValidation(each.step, each.loss, list(each.accuracies))
        for each in state.validations[:until]
    ]
