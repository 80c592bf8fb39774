"""Images on the device, from stored bytes to what a model sees (method §6).

A batch is stored as canvases of bytes with the true size of each image. `preprocess` resizes and
normalises it; `augment` varies it at random first.
"""

from mu2net_sidecar.data.augment._augment import augment, vary
from mu2net_sidecar.data.augment._augmentation import Augmentation
from mu2net_sidecar.data.augment._colour import (
    adjust_brightness,
    adjust_contrast,
    adjust_hue,
    adjust_saturation,
)
from mu2net_sidecar.data.augment._crop import random_boxes
from mu2net_sidecar.data.augment._jpeg import recompress
from mu2net_sidecar.data.augment._preprocess import normalise, preprocess, preprocess_on_host
from mu2net_sidecar.data.augment._quality import random_quality
from mu2net_sidecar.data.augment._resize import resize, whole_boxes
from mu2net_sidecar.data.augment._warp import Distortion, distort

__all__ = [
    "Augmentation",
    "Distortion",
    "adjust_brightness",
    "adjust_contrast",
    "adjust_hue",
    "adjust_saturation",
    "augment",
    "distort",
    "normalise",
    "preprocess",
    "preprocess_on_host",
    "random_boxes",
    "random_quality",
    "recompress",
    "resize",
    "vary",
    "whole_boxes",
]
