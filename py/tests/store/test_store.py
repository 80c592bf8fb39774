import errno
import hashlib
import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fsspec
import jax
import ml_dtypes
import numpy as np
import pytest

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store import Store

TENSORS = {
    "kernel": np.random.default_rng(0).normal(size=(16, 33)).astype(np.float32),
    "trace": np.arange(40).astype(ml_dtypes.bfloat16),
}
ABSENT = "0" * 64


def equal(one, other):
    return one.keys() == other.keys() and all(
        one[name].dtype == other[name].dtype and np.array_equal(one[name], other[name])
        for name in one
    )


def file_of(root, digest):
    return root / digest[:2] / f"{digest}.safetensors"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MU2NET_CACHE", str(tmp_path / "cache"))


@pytest.fixture(params=["folder", "file://", "memory://"])
def url(request, tmp_path):
    if request.param == "memory://":
        fsspec.filesystem("memory").store.clear()
        return f"memory://{tmp_path.name}/store"
    return f"{'' if request.param == 'folder' else 'file://'}{tmp_path / 'deep' / 'store'}"


def test_stored_tensors_are_read_again(url):
    store = Store(url)
    digest = store.put(TENSORS)
    assert store.has(digest) and not store.has(ABSENT)
    assert equal(store.get(digest), TENSORS)
    assert Store(url).put(dict(reversed(TENSORS.items()))) == digest


def test_a_missing_object_is_named(url):
    with pytest.raises(SidecarError, match=ABSENT) as caught:
        Store(url).get(ABSENT)
    assert caught.value.code == "STORE_MISSING"


def test_existing_objects_are_deleted(url):
    store = Store(url)
    one, two = store.put(TENSORS), store.put({"a": np.zeros(2)})
    assert store.delete([one, ABSENT, one]) == 1
    assert (store.has(one), store.has(two)) == (False, True)


def test_missing_and_damaged_objects_are_copied(url, tmp_path):
    here, there = Store(url), Store(str(tmp_path / "other"))
    digests = [there.put({"a": np.full(3, i)}) for i in range(3)]
    assert here.copy_from(there, digests[:2]) == 2
    with fsspec.open(here._objects.locate(digests[0]), "wb") as file:
        file.write(b"damaged")
    assert here.copy_from(there, [*digests, digests[0]]) == 2
    assert all(equal(here.get(d), there.get(d)) for d in digests)
    with pytest.raises(SidecarError) as caught:
        here.copy_from(there, [ABSENT])
    assert caught.value.code == "STORE_MISSING"


def test_a_damaged_object_is_not_copied(tmp_path):
    there, here = Store(str(tmp_path / "there")), Store(str(tmp_path / "here"))
    digest = there.put(TENSORS)
    file_of(tmp_path / "there", digest).write_bytes(b"damaged")
    with pytest.raises(SidecarError) as caught:
        here.copy_from(there, [digest])
    assert caught.value.code == "STORE_CORRUPT"
    assert not here.has(digest)


def test_the_digest_is_the_hash_of_the_file(tmp_path):
    digest = Store(str(tmp_path)).put(TENSORS)
    assert hashlib.sha256(file_of(tmp_path, digest).read_bytes()).hexdigest() == digest
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [f"{digest}.safetensors"]


def test_truncations_and_flipped_bits_are_detected(tmp_path):
    store = Store(str(tmp_path))
    digest = store.put(TENSORS)
    file = file_of(tmp_path, digest)
    whole = file.read_bytes()
    assert len(whole) > 2048
    damaged = [whole[:length] for length in range(0, len(whole), 512)]
    for position in [*range(0, len(whole), 97), len(whole) - 1]:
        flipped = bytearray(whole)
        flipped[position] ^= 1 << position % 8
        damaged.append(bytes(flipped))
    damaged.append(whole + b"\0")
    for data in damaged:
        file.write_bytes(data)
        with pytest.raises(SidecarError) as caught:
            store.get(digest)
        assert caught.value.code == "STORE_CORRUPT"
        assert digest in caught.value.message and str(file) in caught.value.message
    assert store.put(TENSORS) == digest  # storing the tensors again repairs the file
    assert equal(store.get(digest), TENSORS)


def test_a_file_with_the_right_hash_but_without_tensors_is_refused(tmp_path):
    digest = hashlib.sha256(b"hello").hexdigest()
    file_of(tmp_path, digest).parent.mkdir()
    file_of(tmp_path, digest).write_bytes(b"hello")
    with pytest.raises(SidecarError, match="not safetensors") as caught:
        Store(str(tmp_path)).get(digest)
    assert caught.value.code == "STORE_CORRUPT"


def test_tensors_of_a_local_object_are_aligned_views_of_its_file(tmp_path):
    store = Store(str(tmp_path))
    digest = store.put(TENSORS)
    read = store.get(digest)
    for tensor in read.values():
        assert not tensor.flags.owndata and not tensor.flags.writeable
        assert tensor.ctypes.data % 64 == 0
        assert jax.device_put(tensor).unsafe_buffer_pointer() == tensor.ctypes.data
    # The mapping stays valid after its file is deleted.
    kept = jax.device_put(read["kernel"])
    del read, tensor
    store.delete([digest])
    np.testing.assert_array_equal(np.asarray(kept), TENSORS["kernel"])


def count_hashes(monkeypatch):
    hashed = []
    sha256 = hashlib.sha256
    monkeypatch.setattr(hashlib, "sha256", lambda *data: hashed.extend(data) or sha256(*data))
    return hashed


def test_an_unchanged_file_is_hashed_once(tmp_path, monkeypatch):
    digest = Store(str(tmp_path)).put(TENSORS)
    hashed = count_hashes(monkeypatch)
    store = Store(str(tmp_path))
    store.verify([digest, digest])
    assert len(hashed) == 1
    store.verify([digest])
    assert equal(store.get(digest), store.get(digest))
    assert len(hashed) == 1
    file_of(tmp_path, digest).touch()
    store.get(digest)
    assert len(hashed) == 2


def test_an_object_that_was_just_stored_is_not_hashed_again(tmp_path, monkeypatch):
    store = Store(str(tmp_path))
    digest = store.put(TENSORS)
    hashed = count_hashes(monkeypatch)
    store.get(digest)
    assert hashed == []


def test_damage_after_a_read_is_detected(tmp_path):
    store = Store(str(tmp_path))
    digest = store.put(TENSORS)
    file = file_of(tmp_path, digest)
    status, whole = file.stat(), file.read_bytes()
    for damaged in (whole[:-1] + b"x", whole):
        # Another file with the same size and time, as some tools for copying create it.
        (tmp_path / "copy").write_bytes(damaged)
        os.utime(tmp_path / "copy", ns=(status.st_atime_ns, status.st_mtime_ns))
        (tmp_path / "copy").replace(file)
        if damaged == whole:
            assert equal(store.get(digest), TENSORS)
            continue
        for read in (store.get, lambda digest: store.verify([digest])):
            with pytest.raises(SidecarError) as caught:
                read(digest)
            assert caught.value.code == "STORE_CORRUPT"


def test_a_missing_object_cannot_be_verified(tmp_path):
    store = Store(str(tmp_path))
    with pytest.raises(SidecarError, match=ABSENT) as caught:
        store.verify([store.put(TENSORS), ABSENT])
    assert caught.value.code == "STORE_MISSING"


def test_an_existing_object_is_not_written_again(tmp_path):
    store = Store(str(tmp_path))
    before = file_of(tmp_path, store.put(TENSORS)).stat()
    after = file_of(tmp_path, store.put(TENSORS)).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("crash", [KeyboardInterrupt(), OSError(errno.EIO, "Input/output error")])
def test_a_write_that_fails_half_way_leaves_nothing(tmp_path, monkeypatch, failing, crash):
    store = Store(str(tmp_path))
    kept = store.put({"a": np.zeros(2)})

    def fail(*_):
        raise crash

    if failing == "fsync":
        sync = os.fsync  # still works for folders, which are created before the file

        def fail_for_files(descriptor):
            return sync(descriptor) if stat.S_ISDIR(os.fstat(descriptor).st_mode) else fail()

        monkeypatch.setattr(os, "fsync", fail_for_files)
    else:
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises((KeyboardInterrupt, SidecarError)):
        store.put(TENSORS)
    monkeypatch.undo()
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [f"{kept}.safetensors"]
    assert equal(store.get(store.put(TENSORS)), TENSORS)


def test_a_killed_write_leaves_a_file_that_garbage_collection_recognises(tmp_path):
    # `ts/src/state/store.ts` looks for this name beside the folders of objects.
    write = (
        "import os, sys; from mu2net_sidecar.store._local import LocalObjects\n"
        "def parts():\n"
        "    yield b'part'\n"
        "    os._exit(9)\n"
        "LocalObjects(*sys.argv[1:] * 2).write(parts())"
    )
    killed = subprocess.run([sys.executable, "-c", write, str(tmp_path)], check=False)
    assert killed.returncode == 9
    (left,) = tmp_path.rglob("*")
    assert re.fullmatch(r"[0-9a-f]{32}\.tmp", left.relative_to(tmp_path).as_posix())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_clear_line(tmp_path, monkeypatch):
    store = Store(str(tmp_path))
    # Every write to this device fails because no space is left.
    monkeypatch.setattr(Path, "open", lambda path, mode: open("/dev/full", "wb"))  # noqa: PTH123, SIM115
    with pytest.raises(SidecarError) as caught:
        store.put(TENSORS)
    assert caught.value.code == "SIDECAR_FAILED"
    assert caught.value.message.startswith(f"cannot write {tmp_path}")
    assert caught.value.message.endswith("No space left on device; free space and resume")


def test_an_unwritable_store_is_one_clear_line(tmp_path):
    (tmp_path / "store").write_text("a file where the folder should be")
    with pytest.raises(SidecarError, match="cannot") as caught:
        Store(str(tmp_path / "store")).put(TENSORS)
    assert caught.value.code == "SIDECAR_FAILED"
    assert str(tmp_path) in caught.value.message


def test_an_unknown_kind_of_store_is_refused():
    with pytest.raises(SidecarError, match=r"cannot open the store nowhere://bucket: ") as caught:
        Store("nowhere://bucket")
    assert caught.value.code == "STORE_UNSUPPORTED"


def test_writers_of_one_object_do_not_disturb_each_other(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: Store(str(tmp_path)).put(TENSORS), range(32)))
    (digest,) = digests
    assert equal(Store(str(tmp_path)).get(digest), TENSORS)
    assert sum(p.is_file() for p in tmp_path.rglob("*")) == 1
