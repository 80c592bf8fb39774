"""Row 15: the cost of decoding images each time they are read."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mu2net_sidecar.bench._pairs import alternate, seconds
from mu2net_sidecar.bench._record import Metric, Record, paired, skipped
from mu2net_sidecar.bench._row import Row
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.data.cache import ImageFiles, open_folder, open_images, write_images
from mu2net_sidecar.data.images import Ragged, decode_bytes

METRIC = Metric(15, "images/s gathered from JPEG files ÷ from decoded images", None, "images/s")


def measure(setting: Setting) -> Iterator[Record]:
    """Times batches of images that are kept as files against those of the same images, decoded."""
    side, count, batch = (32, 8, 4) if setting.quick else (256, 2048, 128)
    draw = setting.draws(15)

    def decode(file: bytes) -> np.ndarray:
        return decode_bytes(file, "an image of the benchmark")

    try:
        files = [_jpeg(side, draw) for _ in range(count)]
        decode(files[0])
    except ImportError as error:
        yield skipped(METRIC, f"decoding needs {error.name}")
        return
    splits = {"all": ImageFiles("all", count, lambda: files)}

    def written(folder: Path, decoded_bytes: float) -> Ragged:
        write_images(folder, {}, splits, decode, decoded_bytes=decoded_bytes)
        images = open_images(open_folder(folder), "all", decode)
        np.asarray(images)  # Reads every shard, and checks it.
        return images

    with tempfile.TemporaryDirectory() as root:
        as_files, decoded = written(Path(root, "files"), 0), written(Path(root, "decoded"), 1e12)

        def gather(images: Ragged) -> float:
            examples = draw.integers(0, count, batch)
            return seconds(lambda: images[examples])

        pairs = alternate(
            setting.choose(cpu=41, accelerator=41, quick=2),
            lambda: gather(as_files),
            lambda: gather(decoded),
        )
    yield paired(
        METRIC,
        pairs.rates(batch),
        f"{count} images of {side} px, {np.mean([*map(len, files)]) / 1e3:.1f} kB each and "
        f"{side * side * 3 / 1e3:.1f} kB decoded, from files that the system has in memory; "
        f"batches of {batch}; baseline: the same images decoded",
    )


def _jpeg(side: int, draw: np.random.Generator) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(_pattern(side, draw)).save(stream, "jpeg", quality=90)
    return stream.getvalue()


def _pattern(side: int, draw: np.random.Generator) -> np.ndarray:
    """Waves and noise, which a JPEG coder finds about as hard as a photograph."""
    y, x = np.mgrid[:side, :side][..., None]
    length = draw.uniform(4, 40, 3)
    waves = 127 + 90 * np.sin(x / length + np.arange(3)) + 40 * np.cos(y / length[0])
    return (waves + draw.normal(0, 8, waves.shape)).clip(0, 255).astype(np.uint8)


ROW = Row(15, measure)
