"""Writes a source of every kind, and prints their base splits and split sizes as JSON."""

import io
import json
import struct
import sys
import tarfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.data.prepared import encoded, write_prepared

PIXELS = np.zeros((4, 2, 2), np.uint8)
IMAGE, LABELS = encoded(PIXELS[0]), np.zeros(4, np.int64)
COLUMNS = {"image": "image", "label": "label"}
TABLE = pa.table({"image": [IMAGE] * 4, "label": LABELS})


def folder(path, *images):
    for image in images:
        (path / image).parent.mkdir(parents=True)
        (path / image).write_bytes(IMAGE)
    return {"kind": "folder", "path": str(path)}


def idx(root, *splits):
    root.mkdir(parents=True)
    files = {}
    for split in splits:
        files[split] = {"images": str(root / f"{split}-images"), "labels": str(root / f"{split}-labels")}
        for name, array in (("images", PIXELS), ("labels", LABELS.astype(np.uint8))):
            header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
            Path(files[split][name]).write_bytes(header + array.tobytes())
    return {"kind": "idx", "files": files}


def npz(path, *splits):
    arrays = {f"{a}_{s}": each for s in splits for a, each in (("x", PIXELS), ("y", LABELS))}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays or {"images": PIXELS, "labels": LABELS})
    return {"kind": "npz", "path": str(path)}


def webdataset(path, *shards):
    for shard in [path / shard for shard in shards] or [path]:
        shard.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(shard, "w") as archive:
            for name, content in (("0.png", IMAGE), ("0.cls", b"0")):
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return {"kind": "webdataset", "path": str(path)}


def parquet(path, *files):
    for file in [path / file for file in files] or [path]:
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(TABLE, file)
    return {"kind": "parquet", "path": str(path), **COLUMNS}


def huggingface(path, *splits):
    for part in [path / split for split in splits] or [path]:
        part.mkdir(parents=True)
        with pa.OSFile(str(part / "0.arrow"), "wb") as file:
            with pa.ipc.new_stream(file, TABLE.schema) as stream:
                stream.write_table(TABLE)
        (part / "state.json").write_text('{"_data_files": [{"filename": "0.arrow"}]}')
        (part / "dataset_info.json").write_text("{}")
    if splits:
        (path / "dataset_dict.json").write_text(json.dumps({"splits": splits}))
    return {"kind": "huggingface", "path": str(path), **COLUMNS}


def tfds(directory):
    examples = [(IMAGE, 0)] * 4
    for name, splits in (("a/1.2.0", ("train", "test")), ("a/1.1.0", ("x",)), ("b/c/1.0.0", ("y",))):
        write_prepared(directory / name, dict.fromkeys(splits, examples), 1)
    return {
        "kind": "tfds",
        "directory": str(directory),
        "name": "a",
        "version": "1.*.*",
        "others": [{"name": "b/c", "version": "1.0.0"}],
        "image": "image",
        "label": {"kind": "key", "key": "label"},
    }


def written(root):
    """Yields each source and the number of examples of its base splits."""
    yield {"kind": "digits"}, {"all": 1797}
    yield idx(root / "i", "train", "test"), {"train": 4, "test": 4}
    yield folder(root / "f1", "cat/0.png", "test/0.png"), {"all": 2}
    images = ("train/cat/0.png", "val/cat/0.png", ".hidden/cat/0.png")
    yield folder(root / "f2", *images), {"train": 1, "val": 1}
    yield npz(root / "1.npz", "train", "test"), {"train": 4, "test": 4}
    yield npz(root / "2.npz"), {"all": 4}
    shards = ("train-000000.tar", "train-000001.tar", "my_test.7.tar")
    yield webdataset(root / "w1", *shards), {"train": 2, "my_test": 1}
    yield webdataset(root / "w2", "000000.tar"), {"all": 1}
    yield webdataset(root / "w3" / "train-000000.tar"), {"all": 1}
    files = ("data/train-00000-of-00002.parquet", "test_1.parquet")
    yield parquet(root / "p1", *files), {"train": 4, "test": 4}
    files = ("train/0000.parquet", "validation/0000.parquet", "test/0.parquet")
    yield parquet(root / "p2", *files), {"train": 4, "validation": 4, "test": 4}
    yield parquet(root / "p3" / "some flowers.v2.parquet"), {"all": 4}
    yield huggingface(root / "h1", "train", "validation"), {"train": 4, "validation": 4}
    yield huggingface(root / "h2"), {"all": 4}
    yield tfds(root / "t"), {"train": 4, "test": 4, "b/c:y": 4}


print(json.dumps([{"source": s, "baseSplits": b} for s, b in written(Path(sys.argv[1]))]))
