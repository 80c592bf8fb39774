"""Reads the examples of a prepared data set as images and labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mu2net_sidecar.data.images import decode_bytes, scale_down
from mu2net_sidecar.data.labels import is_class, wrong_label
from mu2net_sidecar.data.spec import FeatureLabel, VtabLabel
from mu2net_sidecar.data.tfds._example import Feature, parse_example
from mu2net_sidecar.data.tfds._vtab import VTAB_LABELLINGS, Labelling
from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jaxtyping import UInt8

    from mu2net_sidecar.data.spec import LabelSpec
    from mu2net_sidecar.data.tfds._prepared import PreparedDataset


@dataclass(frozen=True)
class ExampleReader:
    """A prepared data set, with the way in which its examples are read.

    Attributes:
        dataset: The data set.
        image: Feature of the images.
        labelling: How an example gets its label.
        class_names: Names of the classes; None when they have none.
    """

    dataset: PreparedDataset
    image: str
    labelling: Labelling
    class_names: list[str] | None

    def read_files(self, split: str) -> Iterator[bytes]:
        """Yields the image files of a split, in order.

        Raises:
            SidecarError: As `PreparedDataset.read_examples`, or `DATA_CORRUPT` when an example has
                no image.
        """
        for record in self.dataset.read_examples(split):
            values = self._parse(record, (self.image,)).get(self.image, [])
            # An image that is missing is refused where it is decoded.
            file = next(iter(values), b"")
            if not isinstance(file, bytes) or len(values) > 1:
                raise self._corrupt_example(f"feature '{self.image}' is not an image")
            yield file

    def read_labels(self, split: str) -> Iterator[int]:
        """Yields the labels of a split, in order; no image is decoded.

        Raises:
            SidecarError: As `PreparedDataset.read_examples`, or `DATA_CORRUPT` when an example has
                no label, or `DATA_LABEL` when it is not a class.
        """
        names = self.labelling.features
        for position, record in enumerate(self.dataset.read_examples(split)):
            values = self._parse(record, names)
            try:
                label = self.labelling.label({name: _numbers(name, values) for name in names})
            except (ValueError, IndexError, OverflowError) as error:
                raise self._corrupt_example(str(error)) from error
            if not is_class(label):
                place = f"{self.dataset.folder}: example {position} of '{split}'"
                raise wrong_label(place, label)
            yield label

    def decode(self, file: bytes) -> UInt8[np.ndarray, "h w c"]:
        """Returns the pixels of an image file, scaled down to `LARGEST_SIDE`.

        Raises:
            SidecarError: `IMAGE_UNDECODABLE`, naming the folder of the data set.
        """
        pixels = scale_down(decode_bytes(file, f"an image of {self.dataset.folder}"))
        return pixels * np.uint8(self.labelling.scale)

    def _parse(self, record: bytes, names: tuple[str, ...]) -> Mapping[str, Feature]:
        try:
            return parse_example(record, names)
        except ValueError as error:
            raise self._corrupt_example(str(error)) from error

    def _corrupt_example(self, reason: str) -> SidecarError:
        return SidecarError(
            "DATA_CORRUPT",
            f"{self.dataset.folder} has an example that cannot be read ({reason}); "
            "remove its folder and prepare it again",
        )


def open_reader(dataset: PreparedDataset, image: str, label: LabelSpec) -> ExampleReader:
    """Returns the reader of a data set after a check that it has the features needed.

    Args:
        dataset: The prepared data set.
        image: Feature of the images.
        label: How an example gets its label.

    Raises:
        SidecarError: `DATA_MISSING` when a feature is missing or `image` is not an image.
    """
    features = dataset.features
    features.check_image(image)
    match label:
        case FeatureLabel(key):
            labelling = Labelling(features.class_count(key), (key,), partial(_single, key))
            return ExampleReader(dataset, image, labelling, features.class_names(key))
        case VtabLabel(task):
            labelling = VTAB_LABELLINGS[task]
            for name in labelling.features:
                features.check(name)
            return ExampleReader(dataset, image, labelling, None)


def _numbers(name: str, values: Mapping[str, Feature]) -> np.ndarray:
    feature = values.get(name, [])
    if isinstance(feature, np.ndarray):
        return feature
    if feature:
        raise ValueError(f"feature '{name}' is text, not a number")
    # An empty sequence has no type.
    return np.array([], np.float32)


def _single(key: str, values: Mapping[str, np.ndarray]) -> int:
    if len(values[key]) != 1:
        raise ValueError(f"feature '{key}' has {len(values[key])} values, not one")
    return int(values[key][0])
