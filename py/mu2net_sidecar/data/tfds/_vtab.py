"""Labels that VTAB derives from other features of an example (https://arxiv.org/abs/1910.04867).

The rules are those of google-research/task_adaptation, which also compares distances in float32.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Values = Mapping[str, np.ndarray]
"""Values of features, flat arrays by name."""


@dataclass(frozen=True)
class Labelling:
    """How an example becomes an image with a label.

    Attributes:
        num_classes: Number of classes; None when only the labels show it.
        features: Numeric features from which the label follows.
        label: Returns the label for the values of these features, flat arrays by name.
        scale: Factor of the pixel values.
    """

    num_classes: int | None
    features: tuple[str, ...]
    label: Callable[[Values], int]
    scale: int = 1


def clevr_count_all(values: Values) -> int:
    """Returns the number of objects less 3, because there are at least three."""
    return len(values["objects/size"]) - 3


def clevr_count_cylinders(values: Values) -> int:
    """Returns the number of objects whose shape is a cylinder."""
    return int(np.sum(values["objects/shape"] == 2))


def clevr_closest_object_distance(values: Values) -> int:
    """Returns the class of the closest object's depth: thresholds 8, 8.5, 9, 9.5 and 10."""
    return _step(values["objects/pixel_coords"][2::3], (0.0, 8.0, 8.5, 9.0, 9.5, 10.0, 100.0))


def kitti_closest_object_distance(values: Values) -> int:
    """Returns the class of the closest object's distance: 5.6, 8.4, 13.4 and 23.4 m."""
    return _step(values["objects/location"][2::3], (-100, 5.6, 8.4, 13.4, 23.4))


def kitti_count_vehicles(values: Values) -> int:
    """Returns the number of cars, vans and trucks; three or more are one class."""
    return min(int(np.sum(_is_vehicle(values))), 3)


def kitti_closest_vehicle_distance(values: Values) -> int:
    """Returns the class of the closest vehicle's distance: 8 and 20 m; the last class is none."""
    distances = values["objects/location"][2::3][_is_vehicle(values)]
    return _step(np.append(distances, np.float32(1000)), (-100.0, 8.0, 20.0, 999.0))


def dsprites_label_x_position(values: Values) -> int:
    """Returns the column of the sprite, one of 32; the papers do not group them."""
    return int(values["label_x_position"][0])


def dsprites_label_orientation(values: Values) -> int:
    """Returns the orientation of the sprite, one of 40; the papers do not group them."""
    return int(values["label_orientation"][0])


def _is_vehicle(values: Values) -> np.ndarray:
    return values["objects/type"] < 3


def _step(distances: np.ndarray, thresholds: tuple[float, ...]) -> int:
    """Returns the position of the last threshold below the smallest of `distances`."""
    closest = np.min(distances, initial=np.float32(np.inf))
    return int(np.flatnonzero(np.array(thresholds, np.float32) < closest)[-1])


VTAB_LABELLINGS: Mapping[str, Labelling] = {
    "clevr/closest_object_distance": Labelling(
        6, ("objects/pixel_coords",), clevr_closest_object_distance
    ),
    "clevr/count_all": Labelling(8, ("objects/size",), clevr_count_all),
    "clevr/count_cylinders": Labelling(11, ("objects/shape",), clevr_count_cylinders),
    "dsprites/label_orientation": Labelling(
        40, ("label_orientation",), dsprites_label_orientation, scale=255
    ),
    "dsprites/label_x_position": Labelling(
        32, ("label_x_position",), dsprites_label_x_position, scale=255
    ),
    "kitti/closest_object_distance": Labelling(
        5, ("objects/location",), kitti_closest_object_distance
    ),
    "kitti/closest_vehicle_distance": Labelling(
        4, ("objects/location", "objects/type"), kitti_closest_vehicle_distance
    ),
    "kitti/count_vehicles": Labelling(4, ("objects/type",), kitti_count_vehicles),
}
"""The rules by name: `<data set>/<what is asked>`."""
