"""Requests and their results; the twin of protocol/requests.ts."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mu2net_sidecar.wire.values import (
    Architecture,
    Augmentation,
    Budget,
    Component,
    ComponentName,
    Count,
    Digest,
    Finite,
    Fraction,
    NonNegative,
    Optimizer,
    Positive,
    Source,
    Splits,
    Task,
    Text,
    TrainedComponent,
    Value,
)


class InspectedTask(Value, frozen=True):
    """A task whose splits may not be chosen yet."""

    name: Text
    source: Source
    splits: Splits | None
    num_classes: Positive | None


class InspectRequest(Value, frozen=True, tag_field="kind", tag="inspect"):
    """Open and check the data of a task; count its classes and examples."""

    task: InspectedTask


class BaseSplit(Value, frozen=True):
    """A base split of a source."""

    name: Text
    examples: Count


class SplitExamples(Value, frozen=True):
    """Number of examples of each split."""

    train: Positive
    validation: Positive
    test: Positive


class InspectResult(Value, frozen=True, tag_field="kind", tag="inspect"):
    """Classes and base splits of a source; examples of each split that the request has."""

    num_classes: Positive
    class_names: list[Text] | None
    base_splits: list[BaseSplit]
    examples: SplitExamples | None


class InitialiseRequest(Value, frozen=True, tag_field="kind", tag="initialise"):
    """Create and store the components of a randomly initialised root model."""

    store: Text
    architecture: Architecture
    components: Annotated[list[ComponentName], Meta(min_length=1)]
    seed: Count


class InitialiseResult(Value, frozen=True, tag_field="kind", tag="initialise"):
    """The components of the root model."""

    components: list[TrainedComponent]


class ImportRequest(Value, frozen=True, tag_field="kind", tag="import"):
    """Store the components of a root model from a checkpoint; beats count its MiB."""

    store: Text
    source: Text
    sha256: Digest | None
    architecture: Architecture
    depth: Positive
    components: Annotated[list[ComponentName], Meta(min_length=1)]


class ImportResult(Value, frozen=True, tag_field="kind", tag="import"):
    """The components of the root model, the file's hash, and what of it was changed."""

    components: list[TrainedComponent]
    sha256: Digest
    notices: list[Text]


class Child(Value, frozen=True):
    """A path to train: its components in forward order; no bar: always retained."""

    path: Count
    architecture: Architecture
    components: Annotated[list[Component], Meta(min_length=1)]
    optimizer: Optimizer
    quality_bar: Finite | None


class TrainRequest(Value, frozen=True, tag_field="kind", tag="train"):
    """Train and validate a cohort: children that see the same batches."""

    store: Text
    task: Task
    augmentation: Augmentation
    budget: Budget
    warmup_start: Fraction
    data_seed: Count
    children: Annotated[list[Child], Meta(min_length=1)]


class Trained(Value, frozen=True, tag_field="kind", tag="trained"):
    """A child that trained to the end; no components: its bar was not reached."""

    path: Count
    qualities: list[Fraction]
    components: list[TrainedComponent] | None
    train_seconds: NonNegative
    compilations: Count


class Diverged(Value, frozen=True, tag_field="kind", tag="diverged"):
    """A child whose loss stopped being finite."""

    path: Count
    qualities: list[Fraction]
    reason: Text


Measurement = Trained | Diverged


class TrainResult(Value, frozen=True, tag_field="kind", tag="train"):
    """Measurements in the order of the children asked for."""

    measurements: list[Measurement]


class EvaluatedComponent(Value, frozen=True):
    """A component of a path to evaluate, predict with or export."""

    name: ComponentName
    params: Digest


class EvaluateRequest(Value, frozen=True, tag_field="kind", tag="evaluate"):
    """Judge the predictions of a path on a whole split."""

    store: Text
    task: Task
    split: Literal["train", "validation", "test"]
    architecture: Architecture
    components: Annotated[list[EvaluatedComponent], Meta(min_length=1)]
    batch_size: Positive


class EvaluateResult(Value, frozen=True, tag_field="kind", tag="evaluate"):
    """Correct predictions, examples in all, and which are correct: a bit per example."""

    correct: Count
    total: Positive
    outcomes: bytes


class FlopsRequest(Value, frozen=True, tag_field="kind", tag="flops"):
    """Count the operations of a path's forward pass on one image."""

    architecture: Architecture
    components: Annotated[list[ComponentName], Meta(min_length=1)]


class FlopsResult(Value, frozen=True, tag_field="kind", tag="flops"):
    """Operations of the forward pass."""

    flops: NonNegative


class Model(Value, frozen=True):
    """A path to predict with."""

    architecture: Architecture
    components: Annotated[list[EvaluatedComponent], Meta(min_length=1)]


class PredictRequest(Value, frozen=True, tag_field="kind", tag="predict"):
    """Classify images by several models, computing what they share once."""

    store: Text
    images: Annotated[list[Text], Meta(min_length=1)]
    models: Annotated[list[Model], Meta(min_length=1)]
    top: Positive


class Prediction(Value, frozen=True):
    """A class, and how likely it is."""

    label: Count
    probability: Fraction


class PredictResult(Value, frozen=True, tag_field="kind", tag="predict"):
    """The likeliest classes, by image, then model."""

    predictions: list[list[list[Prediction]]]


class ExportRequest(Value, frozen=True, tag_field="kind", tag="export"):
    """Write a path as a model of its own."""

    store: Text
    architecture: Architecture
    components: Annotated[list[EvaluatedComponent], Meta(min_length=1)]
    format: Literal["timm", "transformers", "augreg", "stablehlo"]
    folder: Text
    labels: list[Text]


class ExportResult(Value, frozen=True, tag_field="kind", tag="export"):
    """Names of the files in the folder."""

    files: list[Text]


class PublishedRequest(Value, frozen=True, tag_field="kind", tag="published"):
    """Store the components of a system that the papers' notebooks saved, and read its tables."""

    store: Text
    directory: Text
    agent: Text | None


class PublishedState(Value, frozen=True):
    """A saved state: its configuration's file, its agent, its living paths, and all it sampled."""

    config: Text
    agent: Text | None
    living: list[dict[str, str]]
    sampled: list[dict[str, str]]


class PublishedComponent(TrainedComponent, frozen=True):
    """A component, and its id in the states."""

    id: Text


class PublishedResult(Value, frozen=True, tag_field="kind", tag="published"):
    """Agents to ask, states, names of components by id, and components of living paths."""

    agents: list[Text]
    states: list[PublishedState]
    names: dict[str, ComponentName]
    components: list[PublishedComponent]


class CollectRequest(Value, frozen=True, tag_field="kind", tag="collect"):
    """Delete objects that no living path can reach."""

    store: Text
    digests: list[Digest]


class CollectResult(Value, frozen=True, tag_field="kind", tag="collect"):
    """How many objects were there to delete."""

    deleted: Count


class CopyRequest(Value, frozen=True, tag_field="kind", tag="copy", rename={"origin": "from"}):
    """Copy verified objects from another store, the origin."""

    store: Text
    origin: Text
    digests: list[Digest]


class CopyResult(Value, frozen=True, tag_field="kind", tag="copy"):
    """How many objects were missing or damaged, and copied."""

    copied: Count


Request = (
    InspectRequest
    | InitialiseRequest
    | ImportRequest
    | TrainRequest
    | EvaluateRequest
    | FlopsRequest
    | PredictRequest
    | ExportRequest
    | PublishedRequest
    | CollectRequest
    | CopyRequest
)
Result = (
    InspectResult
    | InitialiseResult
    | ImportResult
    | TrainResult
    | EvaluateResult
    | FlopsResult
    | PredictResult
    | ExportResult
    | PublishedResult
    | CollectResult
    | CopyResult
)
