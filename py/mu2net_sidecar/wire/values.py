"""Values that messages are made of; the twin of protocol/values.ts."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0, le=0xFFFF_FFFF)]
Positive = Annotated[int, Meta(ge=1, le=0xFFFF_FFFF)]
# The bounds exclude what is not finite.
Finite = Annotated[float, Meta(ge=-1e300, le=1e300)]
NonNegative = Annotated[float, Meta(ge=0, le=1e300)]
Rate = Annotated[float, Meta(gt=0, le=1e300)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]
Text = Annotated[str, Meta(max_length=16_384)]
ComponentName = Annotated[
    str,
    Meta(
        pattern=r"^(embedding|cls|posembed_input|(encoderblock|residual_adapter)_[0-9]+"
        r"|encoder_norm|head)(?!\n)$"
    ),
]

ErrorCode = Literal[
    "DATA_MISSING",
    "DATA_CORRUPT",
    "DATA_LABEL",
    "DATA_EMPTY",
    "IMAGE_UNDECODABLE",
    "CHECKPOINT_MISSING",
    "CHECKPOINT_INVALID",
    "STORE_MISSING",
    "STORE_CORRUPT",
    "OUT_OF_MEMORY",
    "CANCELLED",
    "SIDECAR_FAILED",
]


class Value(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Part of a message; its fields are in camel case on the wire."""


class Version(Value, frozen=True):
    """Version of the protocol."""

    major: Count
    minor: Count


class Versions(Value, frozen=True):
    """What a worker runs on."""

    sidecar: Text
    python: Text
    jax: Text


class Device(Value, frozen=True):
    """An accelerator; its memory in decimal digits, for byte counts outgrow 2^32."""

    platform: Text
    kind: Text
    memory_bytes: Text | None


class Engine(Value, frozen=True):
    """How a worker computes; `devices` of those that it has share each batch."""

    precision: Literal["float32", "bfloat16"]
    attention: Literal["xla", "cudnn"]
    remat: Literal["none", "dots", "full"]
    devices: Positive


class Architecture(Value, frozen=True):
    """Everything on which the shape of a component depends."""

    patch_size: Positive
    hidden_size: Positive
    mlp_dim: Positive
    num_heads: Positive
    image_size: Positive
    num_classes: Positive
    adapter_dim: Positive


class IdxFiles(Value, frozen=True):
    """One base split of an IDX data set."""

    images: Text
    labels: Text


class IdxSource(Value, frozen=True, tag_field="kind", tag="idx"):
    """IDX files, by base split."""

    files: dict[str, IdxFiles]


class DigitsSource(Value, frozen=True, tag_field="kind", tag="digits"):
    """The digits of scikit-learn."""


class FolderSource(Value, frozen=True, tag_field="kind", tag="folder"):
    """Class folders of images."""

    path: Text


class NpzSource(Value, frozen=True, tag_field="kind", tag="npz"):
    """Arrays in an npz file."""

    path: Text


class WebDatasetSource(Value, frozen=True, tag_field="kind", tag="webdataset"):
    """Shards of a WebDataset."""

    path: Text


class ParquetSource(Value, frozen=True, tag_field="kind", tag="parquet"):
    """Rows of Parquet files."""

    path: Text
    image: Text
    label: Text


class HuggingFaceSource(Value, frozen=True, tag_field="kind", tag="huggingface"):
    """A Hugging Face dataset that was saved to disk."""

    path: Text
    image: Text
    label: Text


class TfdsDataset(Value, frozen=True):
    """A data set of TensorFlow Datasets, its config in the name."""

    name: Text
    version: Text


class TfdsKey(Value, frozen=True, tag_field="kind", tag="key"):
    """The label is a feature of the example."""

    key: Text


class TfdsVtab(Value, frozen=True, tag_field="kind", tag="vtab"):
    """The label is made of the example as VTAB makes it."""

    task: Literal[
        "clevr/closest_object_distance",
        "clevr/count_all",
        "clevr/count_cylinders",
        "dsprites/label_orientation",
        "dsprites/label_x_position",
        "kitti/closest_object_distance",
        "kitti/closest_vehicle_distance",
        "kitti/count_vehicles",
    ]


class TfdsSource(Value, frozen=True, tag_field="kind", tag="tfds"):
    """Data sets that TensorFlow Datasets has prepared; those of others are named in splits."""

    directory: Text
    name: Text
    version: Text
    others: list[TfdsDataset]
    image: Text
    label: TfdsKey | TfdsVtab


Source = (
    IdxSource
    | DigitsSource
    | FolderSource
    | NpzSource
    | WebDatasetSource
    | ParquetSource
    | HuggingFaceSource
    | TfdsSource
)


class Splits(Value, frozen=True):
    """Slices of base splits, TFDS syntax."""

    train: Text
    validation: Text
    test: Text


class Task(Value, frozen=True):
    """An image-classification task; no number of classes: what the source says."""

    name: Text
    source: Source
    splits: Splits
    num_classes: Positive | None


class Augmentation(Value, frozen=True):
    """How training images are varied; normalised first or else as bytes."""

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


class Stored(Value, frozen=True, tag_field="kind", tag="stored"):
    """Parameters and momentum trace from the store."""

    params: Digest
    trace: Digest | None


class Fresh(Value, frozen=True, tag_field="kind", tag="fresh"):
    """The initialiser of the component's kind."""

    seed: Count


class Resampled(Value, frozen=True, tag_field="kind", tag="resampled"):
    """A stored position embedding, resampled to the grid of the image size."""

    params: Digest


class Component(Value, frozen=True):
    """A component of a child."""

    name: ComponentName
    trainable: bool
    initialiser: Stored | Fresh | Resampled


class Optimizer(Value, frozen=True):
    """Hyperparameters of SGD; no momentum: plain SGD."""

    learning_rate: Rate
    schedule: Literal["constant", "cosine", "linear", "restarts"]
    warmup_ratio: Fraction
    momentum: Fraction | None
    nesterov: bool


class Budget(Value, frozen=True):
    """How long a child trains and on what it is validated."""

    batch_size: Positive
    batches_between_validations: Positive
    validations: Positive
    validation_batch_size: Positive
    validation_batches: Positive


class TrainedComponent(Value, frozen=True):
    """A component that is in the store."""

    name: ComponentName
    parameters: Positive
    params: Digest
    trace: Digest | None
