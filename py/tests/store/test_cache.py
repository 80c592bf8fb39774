import hashlib
import logging
import os
import subprocess
import sys
import time

import fsspec
import numpy as np
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store import Cache, Store, _failures


def object_of(seed, nbytes=1000):
    data = np.random.default_rng(seed).bytes(nbytes)
    return hashlib.sha256(data).hexdigest(), data


def held(cache):
    return {path.stem for path in cache.folder.rglob("*.safetensors")}


@pytest.fixture
def remote(tmp_path):
    """A store in the memory of this process, and its cache."""
    fsspec.filesystem("memory").store.clear()
    cache = Cache(tmp_path / "cache", 10**9)
    return Store("memory://bucket/store", cache), cache


@pytest.fixture
def downloads(monkeypatch):
    names = []
    cat = MemoryFileSystem.cat_file

    def count(self, path, *args, **options):
        names.append(path)
        return cat(self, path, *args, **options)

    monkeypatch.setattr(MemoryFileSystem, "cat_file", count)
    return names


def test_the_object_that_was_used_least_recently_leaves_first(tmp_path):
    cache = Cache(tmp_path, 3500)
    objects = [object_of(seed) for seed in range(5)]
    for digest, data in objects[:3]:
        cache.add(digest, data)
    # As if some time had passed between the uses.
    for age, (digest, _) in zip((30, 20, 10), objects, strict=False):
        used = time.time_ns() - age * 10**12
        path = cache._objects.path(digest)
        os.utime(path, ns=(used, path.stat().st_mtime_ns))
    cache._touched.clear()
    assert cache.read(objects[0][0]) == objects[0][1]
    cache.add(*objects[3])
    assert held(cache) == {objects[at][0] for at in (0, 2, 3)}
    cache.add(*objects[4])
    assert held(cache) == {objects[at][0] for at in (0, 3, 4)}
    assert cache.read(objects[1][0]) is None


def test_processes_that_share_a_cache_keep_its_limit(tmp_path):
    script = (
        "import sys, hashlib, numpy as np; from pathlib import Path\n"
        "from mu2net_sidecar.store import Cache\n"
        "cache = Cache(Path(sys.argv[1]), 20_000)\n"
        "for at in range(60):\n"
        "    data = np.random.default_rng(at % 40).bytes(1000)\n"
        "    digest = hashlib.sha256(data).hexdigest()\n"
        "    cache.add(digest, data)\n"
        "    found = cache.read(digest)\n"
        "    assert found is None or found == data\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    workers = [subprocess.Popen(command) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 20_000


def test_a_cached_object_is_not_downloaded_again(remote, downloads, tmp_path):
    store, _ = remote
    digest = store.put({"a": np.arange(9)})
    assert store.get(digest)["a"][8] == 8
    assert downloads == []
    other = Store("memory://bucket/store", Cache(tmp_path / "other", 10**9))
    other.verify([digest, digest])
    tensor = other.get(digest)["a"]
    assert len(downloads) == 1
    assert not tensor.flags.owndata and not tensor.flags.writeable


def test_a_damaged_cache_entry_is_downloaded_again(remote, downloads):
    store, cache = remote
    digest = store.put({"a": np.arange(9)})
    cache._objects.path(digest).write_bytes(b"damaged")
    assert store.get(digest)["a"][8] == 8
    assert len(downloads) == 1
    assert held(cache) == {digest}


def test_a_damaged_remote_object_is_an_error_and_is_not_cached(remote):
    store, cache = remote
    digest = store.put({"a": np.arange(9)})
    cache.remove(digest)
    with fsspec.open(store._objects.locate(digest), "wb") as file:
        file.write(b"damaged")
    with pytest.raises(SidecarError, match=digest) as caught:
        store.get(digest)
    assert caught.value.code == "STORE_CORRUPT"
    assert held(cache) == set()
    assert store.put({"a": np.arange(9)}) == digest  # storing the tensors again repairs the object
    assert store._objects.is_intact(digest)


def test_a_cache_that_cannot_be_written_is_left_out(tmp_path, caplog):
    fsspec.filesystem("memory").store.clear()
    (tmp_path / "cache").write_text("a file where the folder should be")
    store = Store("memory://bucket/store", Cache(tmp_path / "cache", 10**9))
    with caplog.at_level(logging.WARNING):
        digest = store.put({"a": np.arange(9)})
        assert store.get(digest)["a"][8] == 8
    assert sum("objects are not cached" in message for message in caplog.messages) == 1


def test_the_environment_says_where_and_how_large_the_cache_is(tmp_path, monkeypatch):
    monkeypatch.setenv("MU2NET_CACHE", str(tmp_path))
    monkeypatch.setenv("MU2NET_CACHE_SIZE", "1.5GB")
    cache = Store("memory://bucket/store")._objects._cache
    assert (cache.folder, cache.limit) == (tmp_path / "objects", 1_500_000_000)
    monkeypatch.setenv("MU2NET_CACHE_SIZE", "much")
    with pytest.raises(SidecarError, match="MU2NET_CACHE_SIZE=much is not a size"):
        Store("memory://bucket/store")


class TestFailures:
    @pytest.fixture(autouse=True)
    def no_waiting(self, monkeypatch):
        self.waits = []
        monkeypatch.setattr(_failures.time, "sleep", self.waits.append)

    def failing(self, monkeypatch, *errors):
        left = list(errors)
        exists = MemoryFileSystem.exists

        def fail(fs, path, **options):
            if left:
                raise left.pop(0)
            return exists(fs, path, **options)

        monkeypatch.setattr(MemoryFileSystem, "exists", fail)
        return left

    def test_a_failure_that_may_pass_is_tried_again_after_growing_waits(self, remote, monkeypatch):
        store, _ = remote
        digest = store.put({"a": np.arange(9)})
        self.failing(
            monkeypatch, ConnectionResetError("reset"), TimeoutError(), OSError(16, "busy")
        )
        assert store.has(digest)
        assert len(self.waits) == 3
        for wait, longest in zip(self.waits, (0.5, 1, 2), strict=True):
            assert longest / 2 <= wait <= longest

    def test_a_server_that_stays_away_is_an_error(self, remote, monkeypatch):
        store, _ = remote
        monkeypatch.setattr(_failures, "RETRY_SECONDS", 0.1)
        self.failing(monkeypatch, *[ConnectionRefusedError(111, "refused")] * 9)
        with pytest.raises(
            SidecarError, match=r"memory://.*bucket/store.*does not answer"
        ) as caught:
            store.has("0" * 64)
        assert caught.value.code == "STORE_UNREACHABLE"

    def test_a_denial_is_not_tried_again(self, remote, monkeypatch):
        store, _ = remote
        left = self.failing(monkeypatch, *[PermissionError("Access Denied")] * 2)
        with pytest.raises(SidecarError, match="Access Denied") as caught:
            store.has("0" * 64)
        assert (caught.value.code, len(left), self.waits) == ("STORE_DENIED", 1, [])


def test_a_file_system_that_shows_half_files_gets_temporary_names(remote, monkeypatch):
    store, _ = remote
    store._objects._is_whole = False
    written = []
    pipe = MemoryFileSystem.pipe_file

    def record(fs, path, data, **options):
        written.append(path)
        return pipe(fs, path, data, **options)

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", record)
    digest = store.put({"a": np.arange(9)})
    assert store.put({"a": np.arange(9)}) == digest
    assert len(written) == 1 and written[0].endswith(".tmp")
    assert [file.name for file in store.files()] == [f"{digest[:2]}/{digest}.safetensors"]
