"""The 1797 handwritten digits that scikit-learn carries, 8x8 pixels: one base split `all`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.source import BaseSplit, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST_VALUE = 16


def open_source(source: Mapping[str, Any]) -> Source:
    """Open the digits."""
    return Source(10, {"all": BaseSplit(_read, lambda position: "scikit-learn digits")})


def _read() -> ImageSet:
    from sklearn.datasets import load_digits

    values, labels = load_digits(return_X_y=True)
    pixels = np.rint(values * (255 / _LARGEST_VALUE)).astype(np.uint8)
    return ImageSet.of_one_size(pixels.reshape(-1, 8, 8, 1), labels)
