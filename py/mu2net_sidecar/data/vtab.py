"""Labels that VTAB derives from other features of an example.

As google-research/task_adaptation defines them (https://arxiv.org/abs/1910.04867). Distances are
compared in float32, as there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Values = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Labelling:
    """How an example is read as an image with a label.

    Attributes:
        num_classes: Number of classes; None when it is not known.
        features: Numeric features that the label is made of, sequences flattened.
        label: Makes the label of these.
        scale: What the pixels are multiplied by.
    """

    num_classes: int | None
    features: tuple[str, ...]
    label: Callable[[Values], int]
    scale: int = 1


def clevr_count_all(values: Values) -> int:
    """Number of objects; there are at least three."""
    return len(values["objects/size"]) - 3


def clevr_count_cylinders(values: Values) -> int:
    """Number of objects whose shape is a cylinder."""
    return int(np.sum(values["objects/shape"] == 2))


def clevr_closest_object_distance(values: Values) -> int:
    """Depth of the closest object, in uneven steps."""
    return _step(values["objects/pixel_coords"][2::3], (0.0, 8.0, 8.5, 9.0, 9.5, 10.0, 100.0))


def kitti_closest_object_distance(values: Values) -> int:
    """Distance of the closest object, in uneven steps (metres)."""
    return _step(values["objects/location"][2::3], (-100, 5.6, 8.4, 13.4, 23.4))


def kitti_count_vehicles(values: Values) -> int:
    """Number of cars, vans and trucks, three or more being one class."""
    return min(int(np.sum(_is_vehicle(values))), 3)


def kitti_closest_vehicle_distance(values: Values) -> int:
    """Distance of the closest car, van or truck (metres); the last class is that of none."""
    distances = values["objects/location"][2::3][_is_vehicle(values)]
    return _step(np.append(distances, np.float32(1000)), (-100.0, 8.0, 20.0, 999.0))


def dsprites_label_x_position(values: Values) -> int:
    """Column of the sprite, one of 32; the papers leave them ungrouped."""
    return int(values["label_x_position"][0])


def dsprites_label_orientation(values: Values) -> int:
    """Turn of the sprite, one of 40; the papers leave them ungrouped."""
    return int(values["label_orientation"][0])


def _is_vehicle(values: Values) -> np.ndarray:
    return values["objects/type"] < 3


def _step(distances: np.ndarray, thresholds: tuple[float, ...]) -> int:
    """The last threshold that lies below all `distances`."""
    closest = np.min(distances, initial=np.float32(np.inf))
    return int(np.flatnonzero(np.array(thresholds, np.float32) < closest)[-1])


VTAB_TASKS: Mapping[str, Labelling] = {
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
"""By their names on the wire."""
