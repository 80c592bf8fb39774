import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mu2net_sidecar.data.images import LARGEST_SIDE, decode_bytes, decode_file, scale_down
from mu2net_sidecar.data.images._decode import LARGEST_PIXELS
from mu2net_sidecar.errors import SidecarError

RAMP = np.arange(6 * 5, dtype=np.uint8).reshape(6, 5) * 8
RGB = np.random.default_rng(0).integers(0, 256, (6, 5, 3), np.uint8)


def save(tmp_path, image, name):
    image.save(tmp_path / name)
    return tmp_path / name


def palette():
    image = Image.fromarray(RAMP // 8, "P")
    image.putpalette(RGB.reshape(-1).tolist())
    return image


@pytest.mark.parametrize(
    ("image", "name", "expected"),
    [
        (Image.fromarray(RAMP), "grey.png", RAMP[..., None]),
        (Image.fromarray(RGB), "rgb.png", RGB),
        (Image.fromarray(RGB), "rgb.bmp", RGB),
        (Image.fromarray(RGB), "rgb.ppm", RGB),
        (Image.fromarray(RAMP > 100), "bits.png", (RAMP > 100)[..., None] * np.uint8(255)),
        (Image.fromarray(RAMP.astype(np.uint16) * 257), "deep.png", RAMP[..., None]),
        (Image.fromarray(RAMP.astype(np.uint16) * 257), "deep.tif", RAMP[..., None]),
        (Image.fromarray(RAMP.astype(np.int32) * 257), "deep.pgm", RAMP[..., None]),
        (Image.fromarray(np.dstack([RGB, RAMP])), "alpha.png", RGB),
        (Image.fromarray(np.dstack([RAMP, 255 - RAMP])), "alpha-grey.png", RAMP[..., None]),
        (palette(), "palette.png", RGB.reshape(-1, 3)[RAMP // 8]),
        (palette(), "palette.gif", RGB.reshape(-1, 3)[RAMP // 8]),
    ],
)
def test_lossless_formats_decode_exactly(tmp_path, image, name, expected):
    file = save(tmp_path, image, name)
    np.testing.assert_array_equal(decode_file(file), expected)
    assert decode_file(file).dtype == np.uint8


def test_cmyk_becomes_rgb(tmp_path):
    file = save(tmp_path, Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "red.jpg")
    assert np.abs(decode_file(file).astype(int) - (255, 0, 0)).max() <= 4


def photo(height, width):
    y, x = np.mgrid[:height, :width]
    waves = 127 + 90 * np.sin(x[..., None] / 9 + np.arange(3)) + 40 * np.cos(y[..., None] / 5)
    noisy = waves + np.random.default_rng(2).normal(0, 8, waves.shape)
    return noisy.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("size", [(64, 48), (37, 53), (1, 1)])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"subsampling": "4:4:4"},
        {"subsampling": "4:2:2"},
        {"progressive": True},
        {"quality": 5},
        {"quality": 100, "optimize": True},
        {"grey": True},
    ],
)
def test_jpeg_has_the_pixels_that_pillow_gives_it(tmp_path, size, options):
    image = Image.fromarray(photo(*size))
    if options.get("grey"):
        image = image.convert("L")
    file = tmp_path / "photo.jpg"
    image.save(file, **{key: value for key, value in options.items() if key != "grey"})
    with Image.open(file) as opened:
        expected = np.asarray(opened).reshape(*size, -1).astype(int)
    # Builds of libjpeg-turbo for different processors can differ in the last bit.
    assert np.abs(decode_file(file) - expected).max() <= 2
    assert decode_bytes(file.read_bytes(), "photo").dtype == np.uint8


def test_an_orientation_is_not_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(photo(20, 30)).save(tmp_path / "turned.jpg", exif=exif)
    assert decode_file(tmp_path / "turned.jpg").shape == (20, 30, 3)


@pytest.mark.parametrize("name", ["photo.jpg", "photo.webp"])
def test_lossy_formats_decode_closely(tmp_path, name):
    smooth = np.linspace(0, 255, 32).astype(np.uint8)
    pixels = np.broadcast_to(smooth[:, None, None], (32, 32, 3))
    file = save(tmp_path, Image.fromarray(pixels), name)
    assert np.abs(decode_file(file).astype(int) - pixels).max() <= 6


def test_the_first_frame_of_an_animation_is_taken(tmp_path):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert (decode_file(tmp_path / "a.gif") == (255, 0, 0)).all()


@pytest.mark.parametrize(
    ("name", "damage", "said"),
    [
        ("a.png", lambda data: data[:-60], ""),
        ("a.jpg", lambda data: data[: len(data) // 2], "runcated"),
        ("a.jpg", lambda data: data[:-2], "runcated"),
        ("a.jpg", lambda data: data[:20], ""),
        ("a.png", lambda data: b"", "not an image of a known format"),
        ("a.png", lambda data: b"<html>not found</html>", "not an image of a known format"),
        ("a.png", lambda data: data[:60] + b"\xff" * 30 + data[90:], ""),
    ],
)
def test_a_damaged_file_is_named(tmp_path, name, damage, said):
    pixels = np.random.default_rng(1).integers(0, 256, (32, 32, 3), np.uint8)
    file = save(tmp_path, Image.fromarray(pixels), name)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(SidecarError) as caught:
        decode_file(file)
    assert caught.value.code == "IMAGE_UNDECODABLE"
    assert str(file) in caught.value.message and said in caught.value.message
    assert "\n" not in caught.value.message


def promise(data, width, height):
    """Returns an image file whose header promises other sizes."""
    data = bytearray(data)
    if data.startswith(b"\x89PNG"):
        data[16:24] = struct.pack(">II", width, height)
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    elif data.startswith(b"\xff\xd8"):
        start = next(data.index(mark) for mark in (b"\xff\xc0", b"\xff\xc2") if mark in data)
        data[start + 5 : start + 9] = struct.pack(">HH", height, width)
    elif data.startswith(b"BM"):
        data[18:26] = struct.pack("<ii", width, height)
    elif data.startswith(b"GIF"):
        data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


@pytest.mark.parametrize(
    "name", ["a.png", "a.jpg", "progressive.jpg", "cmyk.jpg", "a.bmp", "a.gif"]
)
@pytest.mark.parametrize("size", [(65000, 65000), (1378, 65000), (65000, 1378)])
def test_a_header_that_promises_too_many_pixels_is_not_believed(tmp_path, name, size):
    assert size[0] * size[1] > LARGEST_PIXELS > 1376 * 65000
    image = Image.new("CMYK", (8, 8)) if name.startswith("cmyk") else Image.fromarray(RGB)
    options = {"progressive": True} if name.startswith("progressive") else {}
    image.save(tmp_path / name, **options)
    (tmp_path / name).write_bytes(promise((tmp_path / name).read_bytes(), *size))
    tracemalloc.start()
    try:
        with pytest.raises(SidecarError, match=f"promises more than {LARGEST_PIXELS}") as caught:
            decode_file(tmp_path / name)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert caught.value.code == "IMAGE_UNDECODABLE" and name in caught.value.message


def test_images_up_to_the_bound_are_decoded():
    stream = io.BytesIO()
    Image.new("1", (9450, 9450)).save(stream, "png")
    assert decode_bytes(stream.getvalue(), "x").shape == (9450, 9450, 1)


def test_formats_that_run_programs_are_not_known():
    script = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n"
    with pytest.raises(SidecarError, match="not an image of a known format"):
        decode_bytes(script, "x.png")
    Image.init()
    with Image.open(io.BytesIO(script)) as image:
        assert image.format == "EPS", "Pillow itself knows it"


@given(st.binary(max_size=30), st.integers(0, 400), st.sampled_from(["png", "jpeg", "gif", "tiff"]))
@settings(max_examples=150)
def test_any_damage_is_one_error_or_an_image(patch, at, form):
    stream = io.BytesIO()
    Image.fromarray(RGB).save(stream, form)
    data = bytearray(stream.getvalue())
    data[at : at + len(patch)] = patch
    try:
        assert decode_bytes(bytes(data), "x").dtype == np.uint8
    except SidecarError as error:
        assert error.code == "IMAGE_UNDECODABLE" and error.message.startswith("cannot decode x: ")


def test_floating_point_pixels_are_refused(tmp_path):
    file = save(tmp_path, Image.fromarray(RAMP.astype(np.float32)), "float.tif")
    with pytest.raises(SidecarError, match="floating-point") as caught:
        decode_file(file)
    assert caught.value.code == "IMAGE_UNDECODABLE"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SidecarError, match="nowhere") as caught:
        decode_file(tmp_path / "nowhere.png")
    assert caught.value.code == "DATA_MISSING"


@pytest.mark.parametrize(
    ("size", "scaled"),
    [
        ((LARGEST_SIDE, 3), (LARGEST_SIDE, 3)),
        ((2 * LARGEST_SIDE, 512), (LARGEST_SIDE, 256)),
        ((1, 3 * LARGEST_SIDE), (1, LARGEST_SIDE)),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_large_images_are_averaged_down(size, scaled, channels):
    pixels = np.random.default_rng(3).integers(0, 256, (*size, channels), np.uint8)
    small = scale_down(pixels)
    assert small.shape == (*scaled, channels)
    if size == scaled:
        np.testing.assert_array_equal(small, pixels)
    elif size[0] == 2 * LARGEST_SIDE:
        means = pixels.reshape(LARGEST_SIDE, 2, 256, 2, channels).mean(axis=(1, 3))
        assert np.abs(small - means).max() <= 1
