"""Writes data sets in the TFRecord format of TensorFlow Datasets, without that library.

As a program: `python -m tests.data.prepared <folder of a version> <classes> <split>=<examples> …`.
"""

import io
import json
import struct
import sys
from itertools import cycle, islice
from pathlib import Path

import google_crc32c
import numpy as np
from PIL import Image


def encoded(pixels, form="png"):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form)
    return stream.getvalue()


def write_prepared(folder, splits, num_classes):
    """Writes `<name>/<version>`, whose splits are lists of (encoded image, label)."""
    folder.mkdir(parents=True)
    name = folder.parent.name
    features = {"image": {"image": {}}, "label": {"classLabel": {"numClasses": str(num_classes)}}}
    described = json.dumps({"featuresDict": {"features": features}})
    (folder / "features.json").write_text(described)
    for split, examples in splits.items():
        records = b"".join(tfrecord(_example(*each)) for each in examples)
        (folder / f"{name}-{split}.tfrecord-00000-of-00001").write_bytes(records)
    info = {
        "name": name,
        "fileFormat": "tfrecord",
        "splits": [{"name": s, "shardLengths": [str(len(e))]} for s, e in splits.items()],
    }
    (folder / "dataset_info.json").write_text(json.dumps(info))


def tfrecord(record):
    length = struct.pack("<Q", len(record))
    return length + _checksum(length) + record + _checksum(record)


def _checksum(data):
    crc = google_crc32c.value(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _example(image, label):
    """A serialised `tf.train.Example`."""
    values = {"image": _field(1, _field(1, image)), "label": _field(3, _field(1, _varint(label)))}
    entries = (_field(1, k.encode()) + _field(2, value) for k, value in values.items())
    return _field(1, b"".join(_field(1, entry) for entry in entries))


def _field(number, message):
    return bytes([number << 3 | 2]) + _varint(len(message)) + message


def _varint(value):
    more, low = value >> 7, value & 0x7F
    return bytes([low | 0x80]) + _varint(more) if more else bytes([low])


if __name__ == "__main__":
    folder, num_classes, *counts = sys.argv[1:]
    image = encoded(np.zeros((1, 1), np.uint8))
    sizes = {split: int(size) for split, size in (each.split("=") for each in counts)}
    splits = {
        split: [(image, label) for label in islice(cycle(range(int(num_classes))), size)]
        for split, size in sizes.items()
    }
    write_prepared(Path(folder), splits, int(num_classes))
