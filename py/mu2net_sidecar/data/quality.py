"""Loss of JPEG quality on the device, as encoding and decoding by libjpeg's defaults causes it.

The entropy coding of a JPEG file loses nothing, so it is left out: what remains is the change of
colour space, chroma at half the resolution, and the quantised cosine transform of 8x8 blocks
(ITU-T T.81, T.871). Integer steps are libjpeg's to the bit; the transforms are real-valued, so that
here and there a coefficient is rounded the other way.
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
"""The same of the colours (T.81, table K.2)."""
CHROMINANCE[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]

_FREQUENCY, _POSITION = np.mgrid[:BLOCK, :BLOCK]
COSINES = np.cos((2 * _POSITION + 1) * _FREQUENCY * np.pi / (2 * BLOCK)) * np.where(
    _FREQUENCY == 0, np.sqrt(1 / BLOCK), np.sqrt(2 / BLOCK)
)
"""The orthonormal cosine transform: one row per frequency."""


@jax.jit
def random_quality(
    key: Array,
    pixels: UInt8[Array | np.ndarray, "b h w c"],
    sizes: Int[Array | np.ndarray, "b 2"],
    delta: float | Array,
) -> UInt8[Array, "b h w c"]:
    """Each image as after JPEG at a quality of its own.

    The quality is a whole number, uniform from 100·(1 − delta) to 99, as TensorFlow's
    `random_jpeg_quality` with a maximum of 100 draws it.

    Args:
        key: Key of the draws.
        pixels: Canvases; C is 1 or 3.
        sizes: True height and width of each image on its canvas, pixels.
        delta: Largest loss, as a fraction of 100, above 0.
    """
    # The sum keeps a whole number whole that single precision puts just below.
    lowest = jnp.floor(100 * (1 - delta) + 1e-3).astype(jnp.int32)
    quality = jax.random.randint(key, (len(sizes),), jnp.clip(lowest, 1, 99), 100)
    return recompress(pixels, sizes, quality)


def recompress(
    pixels: UInt8[Array | np.ndarray, "b h w c"],
    sizes: Int[Array | np.ndarray, "b 2"],
    quality: Int[Array, " b"],
) -> UInt8[Array, "b h w c"]:
    """Each image as after JPEG at its `quality`, from 1 to 100.

    One channel is coded as grey, three as luminance and two colours of half the height and width.
    Beyond its true size an image is continued by its edges, on the canvas as in the last blocks.
    """
    height, width, channels = pixels.shape[1:]
    side = BLOCK if channels == 1 else 2 * BLOCK
    margins = [(0, 0), (0, -height % side), (0, -width % side), (0, 0)]
    sizes = jnp.asarray(sizes)
    padded = _to_edges(jnp.pad(jnp.asarray(pixels, jnp.int32), margins), sizes)
    if channels == 1:
        coded = _coded(padded[..., 0], _steps(LUMINANCE, quality))[..., None]
    else:
        luminance, *colours = _luminance_and_colours(padded)
        steps = _steps(CHROMINANCE, quality)
        coded = _rgb(
            _coded(luminance, _steps(LUMINANCE, quality)),
            *(_upsampled(_coded(_downsampled(colour), steps), sizes) for colour in colours),
        )
    return coded[:, :height, :width].astype(jnp.uint8)


def _to_edges(images: Int[Array, "b h w c"], sizes: Int[Array, "b 2"]) -> Int[Array, "b h w c"]:
    """Each canvas with what lies beyond its image's last row and column overwritten by these."""

    def continued(image: Array, size: Array) -> Array:
        for axis, length in enumerate(size):
            last = jax.lax.dynamic_index_in_dim(image, length - 1, axis)
            beyond = jax.lax.broadcasted_iota(jnp.int32, image.shape, axis) >= length
            image = jnp.where(beyond, last, image)
        return image

    return jax.vmap(continued)(images, sizes)


def _steps(table: np.ndarray, quality: Int[Array, " b"]) -> Int[Array, "b 8 8"]:
    """The quantisation steps of a quality, as libjpeg scales them."""
    scale = jnp.where(quality < 50, 5000 // quality, 200 - 2 * quality)[:, None, None]
    return jnp.clip((table * scale + 50) // 100, 1, 255)


def _coded(plane: Int[Array, "b h w"], steps: Int[Array, "b 8 8"]) -> Int[Array, "b h w"]:
    """A plane of whole blocks after its cosine transform was quantised."""
    batch, height, width = plane.shape
    blocks = plane.reshape(batch, height // BLOCK, BLOCK, width // BLOCK, BLOCK) - 128.0
    size = steps[:, None, :, None, :].astype(jnp.float32)
    coefficients = _transform(blocks, COSINES) / size
    # Halves away from zero.
    whole = jnp.trunc(coefficients + jnp.copysign(0.5, coefficients))
    decoded = jnp.floor(_transform(whole * size, COSINES.T) + 128.5)
    return jnp.clip(decoded, 0, 255).astype(jnp.int32).reshape(batch, height, width)


def _transform(blocks: Float[Array, "b y 8 x 8"], matrix: np.ndarray) -> Float[Array, "b y 8 x 8"]:
    across = jnp.einsum("byixj,vj->byixv", blocks, matrix.astype(np.float32), precision="highest")
    return jnp.einsum("byixv,ui->byuxv", across, matrix.astype(np.float32), precision="highest")


def _fixed(value: float) -> int:
    """A factor as an integer of 16 binary places."""
    return round(value * (1 << 16))


def _luminance_and_colours(rgb: Int[Array, "b h w 3"]) -> list[Int[Array, "b h w"]]:
    red, green, blue = jnp.moveaxis(rgb, -1, 0)

    def mix(of_red: float, of_green: float, of_blue: float, offset: int) -> Array:
        weighted = _fixed(of_red) * red + _fixed(of_green) * green + _fixed(of_blue) * blue
        return (weighted + offset) >> 16

    half, middle = 1 << 15, 128 << 16
    return [
        mix(0.299, 0.587, 0.114, half),
        mix(-0.168735892, -0.331264108, 0.5, middle + half - 1),
        mix(0.5, -0.418687589, -0.081312411, middle + half - 1),
    ]


def _rgb(
    luminance: Int[Array, "b h w"], blueness: Int[Array, "b h w"], redness: Int[Array, "b h w"]
) -> Int[Array, "b h w 3"]:
    blue, red, half = blueness - 128, redness - 128, 1 << 15
    channels = (
        _fixed(1.402) * red,
        -_fixed(0.344136286) * blue - _fixed(0.714136286) * red,
        _fixed(1.772) * blue,
    )
    shifted = [luminance + ((channel + half) >> 16) for channel in channels]
    return jnp.clip(jnp.stack(shifted, axis=-1), 0, 255)


def _downsampled(plane: Int[Array, "b h w"]) -> Int[Array, "b h/2 w/2"]:
    """Means of squares of four; halves go down and up in turn, so that they add up to nothing."""
    batch, height, width = plane.shape
    sums = plane.reshape(batch, height // 2, 2, width // 2, 2).sum(axis=(2, 4))
    return (sums + 1 + jnp.arange(width // 2) % 2) >> 2


def _upsampled(plane: Int[Array, "b h/2 w/2"], sizes: Int[Array, "b 2"]) -> Int[Array, "b h w"]:
    """Linear interpolation: of each sample three parts, and one of the next on either side."""
    plane = _to_edges(plane[..., None], (sizes + 1) // 2)[..., 0]
    before, after = _doubled(plane, 1)
    rows = jnp.stack([before, after], axis=2).reshape(len(plane), -1, plane.shape[2])
    before, after = _doubled(rows, 2)
    return jnp.stack([(before + 8) >> 4, (after + 7) >> 4], axis=3).reshape(*rows.shape[:2], -1)


def _doubled(plane: Int[Array, "b y x"], axis: int) -> tuple[Array, Array]:
    """Fourfold values a quarter before and after each sample; at the ends, the sample's own."""
    length = plane.shape[axis]
    padded = jnp.pad(plane, [(int(i == axis), int(i == axis)) for i in range(3)], "edge")
    before, after = (
        jax.lax.slice_in_dim(padded, start, start + length, axis=axis) for start in (0, 2)
    )
    return 3 * plane + before, 3 * plane + after
