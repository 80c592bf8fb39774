"""Simple and slow operations on images: loops over the pixels of one image.

Colours are converted with the standard library's colorsys, which is independent of the tested code.
"""

import colorsys
import math

import numpy as np


def normalise(pixels):
    values = pixels.astype(np.float64) / 127.5 - 1
    return np.repeat(values, 3, axis=2) if values.shape[2] == 1 else values


def resize(image, size):
    """tf.image.resize: bilinear, half-pixel centres, no antialiasing."""
    height, width, channels = image.shape
    out = np.zeros((size, size, channels))
    for row in range(size):
        y = (row + 0.5) * height / size - 0.5
        top, bottom = max(math.floor(y), 0), min(math.ceil(y), height - 1)
        for column in range(size):
            x = (column + 0.5) * width / size - 0.5
            left, right = max(math.floor(x), 0), min(math.ceil(x), width - 1)
            fy, fx = y - math.floor(y), x - math.floor(x)
            upper = image[top, left] * (1 - fx) + image[top, right] * fx
            lower = image[bottom, left] * (1 - fx) + image[bottom, right] * fx
            out[row, column] = upper * (1 - fy) + lower * fy
    return out


def adjust_brightness(image, delta):
    return image + delta


def adjust_contrast(image, factor):
    out = np.zeros_like(image)
    for channel in range(3):
        mean = image[..., channel].mean()
        out[..., channel] = (image[..., channel] - mean) * factor + mean
    return out


def _per_pixel(change, image):
    return np.array([[change(*pixel) for pixel in row] for row in image])


def _hue(red, green, blue):
    low, high = min(red, green, blue), max(red, green, blue)
    if low == high:
        return 0.0
    # Hue does not change when all channels are shifted and scaled equally.
    return colorsys.rgb_to_hsv(*((c - low) / (high - low) for c in (red, green, blue)))[0]


def adjust_saturation(image, factor):
    def change(red, green, blue):
        value = max(red, green, blue)
        saturation = (value - min(red, green, blue)) / value if value > 0 else 0.0
        return colorsys.hsv_to_rgb(
            _hue(red, green, blue), min(1.0, max(0.0, saturation * factor)), value
        )

    return _per_pixel(change, image)


def adjust_hue(image, delta):
    def change(red, green, blue):
        low, high = min(red, green, blue), max(red, green, blue)
        turned = colorsys.hsv_to_rgb((_hue(red, green, blue) + delta) % 1.0, 1.0, 1.0)
        return tuple(low + c * (high - low) for c in turned)

    return _per_pixel(change, image)


def crop_sizes(height, width, area_min, aspect):
    """Returns the equally likely box sizes of TensorFlow's kernel for one aspect ratio.

    None stands for an attempt that fails.
    """
    f32 = np.float32
    max_area, min_area = f32(height * width), f32(f32(area_min) * height * width)

    def width_of(box_height):
        return int(np.rint(f32(box_height) * f32(aspect)))

    lowest = int(np.rint(np.sqrt(min_area / f32(aspect))))
    highest = int(np.rint(np.sqrt(max_area / f32(aspect))))
    if width_of(highest) > width:
        highest = int((width + 0.5 - 1e-7) / aspect)
        if width_of(highest) > width:
            highest -= 1
    highest = min(highest, height)
    lowest = min(lowest, highest)
    sizes = []
    for box_height in range(lowest, highest + 1):
        if box_height * width_of(box_height) < min_area:
            box_height += 1
        if box_height * width_of(box_height) > max_area:
            box_height -= 1
        area = box_height * width_of(box_height)
        fits = area > 0 and min_area <= area <= max_area
        fits = fits and box_height <= height and width_of(box_height) <= width
        sizes.append((box_height, width_of(box_height)) if fits else None)
    return sizes
