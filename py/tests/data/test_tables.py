"""Parquet files, and datasets that Hugging Face's library saved, in all layouts."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from mu2net_sidecar.data import HuggingFaceSource, ParquetSource, open_source
from mu2net_sidecar.errors import SidecarError

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402

DRAW = np.random.default_rng(0)
PIXELS = [DRAW.integers(0, 256, (3 + i % 2, 5, 3), np.uint8) for i in range(7)]
FEATURES = {
    "img": {"_type": "Image"},
    "label": {"names": ["a", "b", "c", "d"], "_type": "ClassLabel"},
}


def encoded(pixels):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "png")
    return stream.getvalue()


def table(indices, as_struct=True, metadata=None):
    contents = [encoded(PIXELS[i]) for i in indices]
    images = [{"bytes": each, "path": None} for each in contents] if as_struct else contents
    labels = pa.array([i % 3 for i in indices], pa.int64())
    return pa.table({"img": images, "label": labels, "id": labels}).replace_schema_metadata(
        metadata
    )


def save_to_disk(folder, indices):
    """Writes the files that `Dataset.save_to_disk` of `datasets` writes."""
    folder.mkdir(parents=True)
    names = []
    for shard, part in enumerate(np.array_split(indices, 2)):
        names.append(f"data-{shard:05d}-of-00002.arrow")
        rows = table(part.tolist())
        with (
            pa.OSFile(str(folder / names[-1]), "wb") as file,
            pa.ipc.new_stream(file, rows.schema) as stream,
        ):
            stream.write_table(rows, max_chunksize=2)
    state = {"_data_files": [{"filename": name} for name in names], "_split": None}
    (folder / "state.json").write_text(json.dumps(state))
    (folder / "dataset_info.json").write_text(json.dumps({"features": FEATURES}))


def open_kind(kind, path, image="img", label="label"):
    source = {"parquet": ParquetSource, "huggingface": HuggingFaceSource}[kind]
    return open_source(source(path, image, label))


def check(images, indices):
    assert images.labels.tolist() == [i % 3 for i in indices]
    for canvas, i in zip(np.asarray(images.pixels), indices, strict=True):
        np.testing.assert_array_equal(canvas[: len(PIXELS[i])], PIXELS[i])


@pytest.mark.parametrize(
    ("train", "test"),
    [
        (["data/train-00000-of-00002", "data/train-00001-of-00002"], "data/test-00000-of-00001"),
        (["train/0000", "train/0001"], "test/0000"),
        (["train_0", "train_1"], "test"),
    ],
)
@pytest.mark.parametrize("as_struct", [True, False])
def test_layouts_of_parquet_files(tmp_path, train, test, as_struct):
    for name, indices in zip([*train, test], [[0, 1, 2], [3, 4], [5, 6]], strict=True):
        file = tmp_path / f"{name}.parquet"
        file.parent.mkdir(exist_ok=True)
        pq.write_table(table(indices, as_struct), file)
    opened = open_kind("parquet", tmp_path)
    assert (opened.num_classes, set(opened.base_splits)) == (3, {"train", "test"})
    check(opened.images("train"), range(5))
    check(opened.images("test"), [5, 6])


def test_classes_may_have_names(tmp_path):
    metadata = {"huggingface": json.dumps({"info": {"features": FEATURES}})}
    pq.write_table(table([0, 1], metadata=metadata), tmp_path / "train.parquet")
    opened = open_kind("parquet", tmp_path / "train.parquet")
    assert (opened.num_classes, opened.class_names) == (4, ["a", "b", "c", "d"])
    pq.write_table(table([0, 1]), tmp_path / "train.parquet")
    opened = open_kind("parquet", tmp_path / "train.parquet")
    assert (opened.num_classes, opened.class_names) == (2, None)


def test_a_saved_dataset_with_splits(tmp_path):
    (tmp_path / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    save_to_disk(tmp_path / "train", [0, 1, 2, 3, 4])
    save_to_disk(tmp_path / "test", [5, 6])
    opened = open_kind("huggingface", tmp_path)
    assert (opened.num_classes, set(opened.base_splits)) == (4, {"train", "test"})
    assert opened.class_names == ["a", "b", "c", "d"]
    check(opened.images("train"), range(5))
    check(opened.images("test"), [5, 6])


def test_a_saved_dataset_without_splits_is_all(tmp_path):
    save_to_disk(tmp_path / "x", [0, 1, 2])
    check(open_kind("huggingface", tmp_path / "x").images("all"), range(3))


@pytest.mark.parametrize("kind", ["parquet", "huggingface"])
@pytest.mark.parametrize(
    ("columns", "code", "said"),
    [
        ({"label": "class"}, "DATA_MISSING", "no column 'class'"),
        ({"image": "photo"}, "DATA_MISSING", "no column 'photo'"),
        ({"label": "img"}, "DATA_LABEL", "row 0 of column 'img'"),
        ({"image": "id"}, "DATA_CORRUPT", "row 0 of column 'id' is not an image"),
    ],
)
def test_columns_that_will_not_do_are_named(tmp_path, kind, columns, code, said):
    save_to_disk(tmp_path / "x", [0, 1])
    pq.write_table(table([0, 1]), tmp_path / "all.parquet")
    with pytest.raises(SidecarError) as caught:
        path = tmp_path / ("x" if kind == "huggingface" else "all.parquet")
        open_kind(kind, path, **columns).images("all")
    assert caught.value.code == code
    assert said in caught.value.message and str(tmp_path) in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("kind", "damage"),
    [
        ("parquet", lambda f: (f / "all.parquet").write_bytes(b"PAR1")),
        ("parquet", lambda f: (f / "all.parquet").unlink()),
        ("huggingface", lambda f: (f / "x" / "state.json").write_text("{")),
        ("huggingface", lambda f: (f / "x" / "state.json").unlink()),
        ("huggingface", lambda f: (f / "x" / "data-00001-of-00002.arrow").unlink()),
        ("huggingface", lambda f: (f / "x" / "data-00001-of-00002.arrow").write_bytes(b"?" * 99)),
    ],
)
def test_damage_is_one_line_that_names_the_place(tmp_path, kind, damage):
    save_to_disk(tmp_path / "x", [0, 1])
    pq.write_table(table([0, 1]), tmp_path / "all.parquet")
    damage(tmp_path)
    with pytest.raises(SidecarError) as caught:
        open_kind(kind, tmp_path / "x" if kind == "huggingface" else tmp_path).images("all")
    assert caught.value.code in ("DATA_MISSING", "DATA_CORRUPT")
    assert str(tmp_path) in caught.value.message and "\n" not in caught.value.message


def test_an_image_that_does_not_decode_names_its_row(tmp_path):
    broken = pa.table({"img": [encoded(PIXELS[0]), b"no image"], "label": [0, 1]})
    pq.write_table(broken, tmp_path / "all.parquet")
    with pytest.raises(SidecarError, match=r"row 1 of .*all\.parquet") as caught:
        open_kind("parquet", tmp_path).images("all")
    assert caught.value.code == "IMAGE_UNDECODABLE"
