"""JPEG compression on the device, as libjpeg encodes and decodes by default.

The entropy coding of a JPEG file loses nothing, so it is left out. The steps that lose are the
change of colour space, chroma at half the resolution, and the quantised cosine transform of 8x8
blocks (ITU-T T.81, T.871):

    X = D x Dᵀ,  X' = Q round(X / Q),  x' = Dᵀ X' D

for a block x of samples less 128, the orthonormal cosine transform D and the quantisation steps Q.
Integer steps are libjpeg's to the bit; the transforms use real numbers, so that now and then a
coefficient is rounded the other way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int, UInt8

BLOCK = 8

LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)
"""Quantisation steps of quality 50 (T.81, table K.1); rows are vertical frequencies."""

CHROMINANCE = np.full((BLOCK, BLOCK), 99)
"""Quantisation steps of the colours at quality 50 (T.81, table K.2)."""
CHROMINANCE[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]

_FREQUENCY, _POSITION = np.mgrid[:BLOCK, :BLOCK]
COSINES = np.cos((2 * _POSITION + 1) * _FREQUENCY * np.pi / (2 * BLOCK)) * np.where(
    _FREQUENCY == 0, np.sqrt(1 / BLOCK), np.sqrt(2 / BLOCK)
)
"""The orthonormal cosine transform D: one row per frequency."""


def recompress(
    pixels: UInt8[Array | np.ndarray, "b h w c"],
    sizes: Int[Array | np.ndarray, "b 2"],
    quality: Int[Array, " b"],
) -> UInt8[Array, "b h w c"]:
    """Returns each image as after JPEG at a given quality.

    One channel is coded as grey, three as luminance and two colours of half the height and width.
    The edges of an image are repeated beyond its true size, as libjpeg does in the last blocks.

    Args:
        pixels: Canvases; c is 1 or 3.
        sizes: True height and width of each image on its canvas, pixels.
        quality: Quality of each image, from 1 to 100.
    """
    height, width, channels = pixels.shape[1:]
    side = BLOCK if channels == 1 else 2 * BLOCK
    margins = [(0, 0), (0, -height % side), (0, -width % side), (0, 0)]
    sizes = jnp.asarray(sizes)
    padded = _repeat_edges(jnp.pad(jnp.asarray(pixels, jnp.int32), margins), sizes)
    if channels == 1:
        coded = _quantise(padded[..., 0], _steps(LUMINANCE, quality))[..., None]
    else:
        luminance, *colours = _from_rgb(padded)
        steps = _steps(CHROMINANCE, quality)
        coded = _to_rgb(
            _quantise(luminance, _steps(LUMINANCE, quality)),
            *(_upsample(_quantise(_downsample(colour), steps), sizes) for colour in colours),
        )
    return coded[:, :height, :width].astype(jnp.uint8)


def _repeat_edges(images: Int[Array, "b h w c"], sizes: Int[Array, "b 2"]) -> Int[Array, "b h w c"]:
    """Overwrites everything beyond the last row and column of each image with these."""

    def repeat(image: Int[Array, "h w c"], size: Int[Array, " 2"]) -> Int[Array, "h w c"]:
        for axis, length in enumerate(size):
            last = jax.lax.dynamic_index_in_dim(image, length - 1, axis)
            beyond = jax.lax.broadcasted_iota(jnp.int32, image.shape, axis) >= length
            image = jnp.where(beyond, last, image)
        return image

    return jax.vmap(repeat)(images, sizes)


def _steps(table: np.ndarray, quality: Int[Array, " b"]) -> Int[Array, "b 8 8"]:
    """Returns the quantisation steps of a quality q, scaled as libjpeg does.

    They are (s step + 50) // 100 in [1, 255], with s = 5000 // q below 50 and 200 - 2 q from there.
    """
    scale = jnp.where(quality < 50, 5000 // quality, 200 - 2 * quality)[:, None, None]
    return jnp.clip((jnp.asarray(table, jnp.int32)[None] * scale + 50) // 100, 1, 255)


def _quantise(plane: Int[Array, "b h w"], steps: Int[Array, "b 8 8"]) -> Int[Array, "b h w"]:
    """Returns a plane of whole blocks after its cosine transform was quantised."""
    batch, height, width = plane.shape
    blocks = plane.reshape(batch, height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    size = steps[:, None, :, None, :].astype(jnp.float32)
    coefficients = _transform(blocks.astype(jnp.float32) - 128, COSINES) / size
    # Halves are rounded away from zero.
    whole = jnp.trunc(coefficients + jnp.copysign(0.5, coefficients))
    decoded = jnp.floor(_transform(whole * size, COSINES.T) + 128.5)
    return jnp.clip(decoded, 0, 255).astype(jnp.int32).reshape(batch, height, width)


def _transform(
    blocks: Float[Array, "b y 8 x 8"], matrix: Float[np.ndarray, "8 8"]
) -> Float[Array, "b y 8 x 8"]:
    """Returns matrix · block · matrixᵀ for each block."""
    across = jnp.einsum("byixj,vj->byixv", blocks, matrix.astype(np.float32), precision="highest")
    return jnp.einsum("byixv,ui->byuxv", across, matrix.astype(np.float32), precision="highest")


def _fixed(value: float) -> int:
    """Returns a factor as a fixed-point integer with 16 fractional bits."""
    return round(value * (1 << 16))


def _from_rgb(rgb: Int[Array, "b h w 3"]) -> list[Int[Array, "b h w"]]:
    """Returns luminance, blue difference and red difference (T.871), as libjpeg rounds them."""
    red, green, blue = jnp.moveaxis(rgb, -1, 0)

    def mix(
        red_weight: float, green_weight: float, blue_weight: float, offset: int
    ) -> Int[Array, "b h w"]:
        weighted = (
            _fixed(red_weight) * red + _fixed(green_weight) * green + _fixed(blue_weight) * blue
        )
        return (weighted + offset) >> 16

    half, middle = 1 << 15, 128 << 16
    return [
        mix(0.299, 0.587, 0.114, half),
        mix(-0.168735892, -0.331264108, 0.5, middle + half - 1),
        mix(0.5, -0.418687589, -0.081312411, middle + half - 1),
    ]


def _to_rgb(
    luminance: Int[Array, "b h w"],
    blue_difference: Int[Array, "b h w"],
    red_difference: Int[Array, "b h w"],
) -> Int[Array, "b h w 3"]:
    """Returns the colours that `_from_rgb` takes apart, as libjpeg rounds them."""
    blue, red, half = blue_difference - 128, red_difference - 128, 1 << 15
    channels = (
        _fixed(1.402) * red,
        -_fixed(0.344136286) * blue - _fixed(0.714136286) * red,
        _fixed(1.772) * blue,
    )
    shifted = [luminance + ((channel + half) >> 16) for channel in channels]
    return jnp.clip(jnp.stack(shifted, axis=-1), 0, 255)


def _downsample(plane: Int[Array, "b h w"]) -> Int[Array, "b h/2 w/2"]:
    """Returns means of 2x2 squares; halves are rounded down and up in turn along a row."""
    batch, height, width = plane.shape
    sums = plane.reshape(batch, height // 2, 2, width // 2, 2).sum(axis=(2, 4))
    return (sums + 1 + (jnp.arange(width // 2) % 2)[None, None]) >> 2


def _upsample(plane: Int[Array, "b y x"], sizes: Int[Array, "b 2"]) -> Int[Array, "b 2*y 2*x"]:
    """Doubles height and width; a new sample is 3/4 of the nearest and 1/4 of the next one."""
    plane = _repeat_edges(plane[..., None], (sizes + 1) // 2)[..., 0]
    before, after = _double(plane, 1)
    rows = jnp.stack([before, after], axis=2).reshape(len(plane), -1, plane.shape[2])
    before, after = _double(rows, 2)
    return jnp.stack([(before + 8) >> 4, (after + 7) >> 4], axis=3).reshape(*rows.shape[:2], -1)


def _double(
    plane: Int[Array, "b y x"], axis: int
) -> tuple[Int[Array, "b y x"], Int[Array, "b y x"]]:
    """Returns four times the values 1/4 before and 1/4 after each sample; ends are repeated."""
    length = plane.shape[axis]
    padded = jnp.pad(plane, [(int(i == axis), int(i == axis)) for i in range(3)], "edge")
    before, after = (
        jax.lax.slice_in_dim(padded, start, start + length, axis=axis) for start in (0, 2)
    )
    return 3 * plane + before, 3 * plane + after
