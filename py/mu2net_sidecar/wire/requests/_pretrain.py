# Generated from protocol/requests/pretrain.ts by `npm run generate`; edit that instead.
"""Pretraining of root models."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values import (
    Architecture,
    Augmentation,
    BatchSize,
    ComponentName,
    Count,
    Digest,
    ExampleCount,
    Fraction,
    NonNegative,
    Positive,
    Rate,
    Seed,
    Task,
    Text,
)


class Recipe(Value, frozen=True):
    """How a root model is pretrained.

    Attributes:
        learning_rate: The rate of AdamW at the end of the warm-up.
        warmup_steps: Steps in which the learning rate rises; then it falls to zero.
        weight_decay: Decay of matrices; other parameters do not decay.
        warp: How far images are turned and bent, and strokes thickened.
        recolour: Share of the images that get two random colours.
        max_validation_examples: Validation examples per task, at most.
    """

    steps: Positive
    batch_size: BatchSize
    learning_rate: Rate
    warmup_steps: Count
    weight_decay: NonNegative
    label_smoothing: Fraction
    warp: Fraction
    recolour: Fraction
    steps_between_validations: Positive
    max_validation_examples: ExampleCount


class PretrainRequest(Value, frozen=True, tag_field="kind", tag="pretrain"):
    """Trains a root model; a folder with an unfinished one is continued.

    Attributes:
        folder: Where the model goes, and the state from which training resumes.
        tasks: Their classes are told apart all together.
        architecture: Its classes are those of all tasks.
        components: In forward order.
        seed: Decides initial weights, order of images and augmentation.
    """

    folder: Text
    tasks: Annotated[list[Task], Meta(min_length=1)]
    architecture: Architecture
    components: Annotated[list[ComponentName], Meta(min_length=1)]
    augmentation: Augmentation
    recipe: Recipe
    seed: Seed


class RootValidation(Value, frozen=True):
    """How good a root model was at a step.

    Attributes:
        loss: Mean over the steps since the validation before.
        accuracies: Accuracy on each task, among the classes of all.
    """

    step: Positive
    loss: NonNegative
    accuracies: list[Fraction]


class PretrainResult(Value, frozen=True, tag_field="kind", tag="pretrain"):
    """A pretrained root model, in half precision.

    Attributes:
        file: Name in the folder; None: the loss stopped being finite.
        sha256: Hash of the file.
    """

    file: Text | None
    sha256: Digest | None
    validations: list[RootValidation]
