"""Data that travel to a worker: fetched once, and kept as long as there is room."""

import hashlib
import json
import os
from concurrent.futures import Future
from pathlib import Path

import fsspec
import pytest

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.service._fetched_data import FetchedData
from mu2net_sidecar.service._roots import Roots
from mu2net_sidecar.store import FileToPack, Part, open_objects, pack
from mu2net_sidecar.store._pack import _PIECE_BYTES
from mu2net_sidecar.wire import requests, values


class Controller:
    """Answers what a worker asks: it has one file, under a path of its pack."""

    def __init__(self, path, *pieces):
        self.size = sum(map(len, pieces))
        self.objects = {digest_of(piece): piece for piece in pieces}
        manifest = {
            "files": [{"path": path, "size": self.size}],
            "pieces": [{"sha256": digest_of(piece), "size": len(piece)} for piece in pieces],
        }
        text = json.dumps(manifest).encode()
        self.digest = digest_of(text)
        self.objects[self.digest] = text
        self.asked = []

    def data(self):
        return answered([values.Pack(self.digest, str(self.size), None)])

    def read_data(self, digest, offset, length):
        self.asked.append(digest)
        data = self.objects[digest]
        return answered(Part(len(data), data[offset : offset + length]))


def digest_of(data):
    return hashlib.sha256(data).hexdigest()


def answered(value):
    future = Future()
    future.set_result(value)
    return future


def inspect(source):
    return requests.InspectRequest(values.InspectedTask("flowers", source, None, None))


SOURCES = [
    (values.FolderSource("/far/flowers"), "flowers/rose/1.png", "flowers"),
    (values.NpzSource("/far/flowers.npz"), "flowers.npz", "flowers.npz"),
    (values.ParquetSource("/far/rows", "image", "label"), "rows/0.parquet", "rows"),
]


@pytest.fixture(autouse=True)
def cache_of_objects(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("MU2NET_CACHE", str(tmp_path_factory.mktemp("objects")))


@pytest.mark.parametrize(("source", "path", "place"), SOURCES)
def test_data_are_fetched_once_into_the_cache(tmp_path, source, path, place):
    controller = Controller(path, b"some bytes")
    fetched = FetchedData(controller, tmp_path / "cache", 1000)
    steps = []
    found = fetched.use(inspect(source), Roots(), lambda: steps.append(1))
    (folder,) = (tmp_path / "cache").iterdir()
    assert found.task.source.path == str(folder / place)
    assert (folder / path).read_bytes() == b"some bytes"
    assert steps
    asked = list(controller.asked)
    assert fetched.use(inspect(source), Roots(), lambda: None) == found
    assert controller.asked == asked


def test_files_of_idx_lie_under_their_splits(tmp_path):
    source = values.IdxSource({"train": values.IdxFiles("/far/x.gz", "/far/y.gz")})
    controller = Controller("train/images/x.gz", b"images")
    found = FetchedData(controller, tmp_path, 1000).use(inspect(source), Roots(), lambda: None)
    files = found.task.source.files["train"]
    assert Path(files.images).read_bytes() == b"images"
    assert files.labels.endswith("/train/labels/y.gz")


def test_what_is_here_or_nowhere_stays(tmp_path):
    class Nobody(Controller):
        def data(self):
            return answered(None)

    fetched = FetchedData(Nobody("x", b""), tmp_path / "cache", 1000)
    here = inspect(values.FolderSource(str(tmp_path)))
    assert fetched.use(here, Roots(), lambda: None) is here
    nowhere = inspect(values.FolderSource("/far/flowers"))
    assert fetched.use(nowhere, Roots(), lambda: None) is nowhere


def test_the_data_that_were_used_last_stay(tmp_path):
    for nth in range(3):
        source = values.NpzSource(f"/far/{nth}.npz")
        fetched = FetchedData(Controller(f"{nth}.npz", b"%d" % nth * 400), tmp_path, 1000)
        place = fetched.use(inspect(source), Roots(), lambda: None).task.source.path
        # Times of files may be coarse.
        os.utime(tmp_path / place.split("/")[-2], (nth, nth))
    names = sorted(file.name for file in tmp_path.rglob("*.npz"))
    assert names == ["1.npz", "2.npz"]


def test_a_fetch_that_is_cancelled_leaves_nothing(tmp_path):
    def stop():
        raise KeyboardInterrupt

    source = values.NpzSource("/far/1.npz")
    with pytest.raises(KeyboardInterrupt):
        FetchedData(Controller("1.npz", b"1"), tmp_path, 1000).use(inspect(source), Roots(), stop)
    assert list(tmp_path.iterdir()) == []


def test_a_fetch_that_was_cut_begins_where_it_ended(tmp_path):
    first, second = b"1" * _PIECE_BYTES, b"2"
    controller = Controller("1.npz", first, second)
    source = values.NpzSource("/far/1.npz")
    fetched = FetchedData(controller, tmp_path / "cache", 2 * _PIECE_BYTES)
    lost = controller.objects.pop(digest_of(second))
    with pytest.raises(KeyError):
        fetched.use(inspect(source), Roots(), lambda: None)
    assert digest_of(first) in controller.asked
    controller.objects[digest_of(second)] = lost
    controller.asked.clear()
    found = fetched.use(inspect(source), Roots(), lambda: None)
    assert controller.asked == [digest_of(second)]
    assert Path(found.task.source.path).read_bytes() == first + second


class Publisher(Controller):
    """Has its data published at a URL, and gives away nothing itself."""

    def __init__(self, url, file, path):
        self.objects = open_objects(url, None, None)
        digest = pack([FileToPack(path, file, file.stat().st_size)], self.objects, lambda *_: None)
        self.packs = [values.Pack(digest, str(file.stat().st_size), url)]

    def data(self):
        return answered(self.packs)

    def read_data(self, digest, offset, length):
        raise AssertionError("the data are published")


@pytest.fixture
def published(tmp_path, monkeypatch):
    monkeypatch.setenv("MU2NET_CACHE", str(tmp_path / "objects"))
    file = tmp_path / "flowers.npz"
    file.write_bytes(b"some bytes")
    return Publisher(f"file://{tmp_path}/published", file, "flowers.npz")


def test_published_data_are_fetched_from_their_url(tmp_path, published):
    fetched = FetchedData(published, tmp_path / "cache", 1000)
    source = values.NpzSource("/far/flowers.npz")
    found = fetched.use(inspect(source), Roots(), lambda: None)
    assert Path(found.task.source.path).read_bytes() == b"some bytes"


def test_a_fetch_of_published_data_that_was_cut_begins_where_it_ended(tmp_path, monkeypatch):
    memory = fsspec.filesystem("memory")
    file = tmp_path / "flowers.npz"
    file.write_bytes(b"1" * _PIECE_BYTES + b"2")
    publisher = Publisher("memory://cut/data", file, "flowers.npz")
    # The worker has another cache than who publishes.
    monkeypatch.setenv("MU2NET_CACHE", str(tmp_path / "objects"))
    fetched = FetchedData(publisher, tmp_path / "cache", 2 * _PIECE_BYTES)
    request = inspect(values.NpzSource("/far/flowers.npz"))
    files = {path: memory.cat_file(path) for path in memory.find("/cut")}
    (second,) = [path for path, data in files.items() if data == b"2"]
    memory.rm(second)
    with pytest.raises(SidecarError, match="is not in the store"):
        fetched.use(request, Roots(), lambda: None)
    # The rest comes from the cache, because only the missing piece is left at the URL.
    memory.rm([path for path in files if path != second])
    memory.pipe_file(second, files[second])
    found = fetched.use(request, Roots(), lambda: None)
    assert Path(found.task.source.path).read_bytes() == file.read_bytes()


def test_published_data_that_are_damaged_are_one_clear_error(tmp_path, published):
    (piece,) = [each for each in (tmp_path / "published").rglob("*.*") if each.stat().st_size == 10]
    piece.chmod(0o644)
    piece.write_bytes(b"SOME bytes")
    fetched = FetchedData(published, tmp_path / "cache", 1000)
    with pytest.raises(SidecarError, match="is corrupt"):
        fetched.use(inspect(values.NpzSource("/far/flowers.npz")), Roots(), lambda: None)
    assert not list((tmp_path / "cache").iterdir())


def test_published_data_outside_the_roots_of_a_worker_are_refused(tmp_path, published):
    fetched = FetchedData(published, tmp_path / "cache", 1000)
    roots = Roots(data=[str(tmp_path / "elsewhere")])
    with pytest.raises(SidecarError, match="--data-root") as failure:
        fetched.use(inspect(values.NpzSource("/far/flowers.npz")), roots, lambda: None)
    assert failure.value.code == "DATA_MISSING"
    inside = Roots(data=[published.packs[0].url])
    fetched.use(inspect(values.NpzSource("/far/flowers.npz")), inside, lambda: None)
