"""The 1797 handwritten digits that scikit-learn brings, 8x8 pixels: one base split `all`."""

from __future__ import annotations

import numpy as np

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.sources._image_source import BaseSplit, ImageSource

_CLASSES = 10
_EXAMPLES = 1797
_LARGEST_VALUE = 16


def open_digits() -> ImageSource:
    """Opens the digits."""
    split = BaseSplit(_EXAMPLES, _read, lambda position: "scikit-learn digits")
    return ImageSource(_CLASSES, {"all": split})


def _read() -> ImageSet:
    from sklearn.datasets import load_digits

    values, labels = load_digits(return_X_y=True)
    pixels = np.rint(values * (255 / _LARGEST_VALUE)).astype(np.uint8)
    return ImageSet.from_array(pixels.reshape(-1, 8, 8, 1), labels)
