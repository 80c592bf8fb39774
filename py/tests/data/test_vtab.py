from typing import get_args, get_type_hints

import numpy as np
import pytest

from mu2net_sidecar.data.tfds import VTAB_LABELLINGS
from mu2net_sidecar.wire.values import TfdsVtab

FAR = 99.0


def clevr(depths, shapes=None):
    """Objects of these depths; x and y are decoys."""
    coords = np.array([(300.0, 1.0, depth) for depth in depths], np.float32).reshape(-1)
    shapes = [0] * len(depths) if shapes is None else shapes
    return {
        "objects/pixel_coords": coords,
        "objects/shape": np.array(shapes),
        "objects/size": np.zeros(len(depths), np.int64),
    }


def kitti(*objects):
    """Objects as (type, distance): 0 car, 1 van, 2 truck, 3 pedestrian."""
    return {
        "objects/type": np.array([kind for kind, _ in objects], np.int64),
        "objects/location": np.array([(-7.0, 1.5, z) for _, z in objects], np.float32).reshape(-1),
    }


@pytest.mark.parametrize(
    ("task", "values", "label"),
    [
        ("clevr/count_all", clevr([9.0] * 3), 0),
        ("clevr/count_all", clevr([9.0] * 10), 7),
        ("clevr/count_cylinders", clevr([9.0] * 4, [0, 1, 0, 1]), 0),
        ("clevr/count_cylinders", clevr([9.0] * 4, [2, 1, 2, 2]), 3),
        ("clevr/closest_object_distance", clevr([7.9, FAR, FAR]), 0),
        ("clevr/closest_object_distance", clevr([8.0, FAR, FAR]), 0),
        ("clevr/closest_object_distance", clevr([FAR, 8.01, FAR]), 1),
        ("clevr/closest_object_distance", clevr([9.2, 9.6, FAR]), 3),
        ("clevr/closest_object_distance", clevr([11.0, 10.2, 12.0]), 5),
        ("kitti/closest_object_distance", kitti((3, 5.5), (0, FAR)), 0),
        ("kitti/closest_object_distance", kitti((3, 5.7), (0, FAR)), 1),
        # 8.4 is not a float32; a distance of 8.4, rounded in the same way, is within the threshold.
        ("kitti/closest_object_distance", kitti((0, 8.4)), 1),
        ("kitti/closest_object_distance", kitti((0, 14.0), (0, 13.5)), 3),
        ("kitti/closest_object_distance", kitti((0, 24.0)), 4),
        ("kitti/count_vehicles", kitti(), 0),
        ("kitti/count_vehicles", kitti((3, 1), (4, 1)), 0),
        ("kitti/count_vehicles", kitti((0, 1), (1, 1), (3, 1)), 2),
        ("kitti/count_vehicles", kitti(*[(2, 1)] * 9), 3),
        ("kitti/closest_vehicle_distance", kitti((3, 2.0), (0, 7.5)), 0),
        ("kitti/closest_vehicle_distance", kitti((1, 30.0), (2, 12.0)), 1),
        ("kitti/closest_vehicle_distance", kitti((2, 21.0)), 2),
        ("kitti/closest_vehicle_distance", kitti((3, 2.0), (5, 3.0)), 3),
        ("kitti/closest_vehicle_distance", kitti(), 3),
        ("dsprites/label_x_position", {"label_x_position": np.array([0])}, 0),
        ("dsprites/label_x_position", {"label_x_position": np.array([31])}, 31),
        ("dsprites/label_orientation", {"label_orientation": np.array([39])}, 39),
    ],
)
def test_labels(task, values, label):
    assert VTAB_LABELLINGS[task].label(values) == label


@pytest.mark.parametrize("task", ["dsprites/label_x_position", "dsprites/label_orientation"])
def test_bits_become_bytes(task):
    assert VTAB_LABELLINGS[task].scale == 255


def test_the_tasks_are_those_of_the_wire():
    assert set(VTAB_LABELLINGS) == set(get_args(get_type_hints(TfdsVtab)["task"]))
