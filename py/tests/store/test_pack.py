"""Packs: every byte is checked, and no file leads out of the folder."""

import hashlib
import json

import pytest

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store import FileToPack, open_objects, pack, unpack


class Contents:
    """Objects in memory."""

    def __init__(self):
        self.objects = {}

    def put(self, data):
        digest = hashlib.sha256(data).hexdigest()
        self.objects[digest] = data
        return digest

    def fetch(self, digest):
        return self.objects[digest]

    def pack(self, files, cut=3):
        """Packs files, by their paths, into pieces of a few bytes."""
        stream = b"".join(files.values())
        parts = [stream[at : at + cut] for at in range(0, len(stream), cut)]
        return self.put_manifest(
            [{"path": path, "size": len(data)} for path, data in files.items()],
            [{"sha256": self.put(part), "size": len(part)} for part in parts],
        )

    def put_manifest(self, files, pieces):
        return self.put(json.dumps({"files": files, "pieces": pieces}).encode())


@pytest.fixture
def contents():
    return Contents()


def run(contents, digest, folder, limit=100):
    told = []
    unpack(digest, contents, folder, limit, lambda done, total: told.append((done, total)))
    return told


def test_files_come_out_as_they_went_in(contents, tmp_path):
    files = {"a/1": b"0123456", "a/b/2": b"", "c": b"789", "d": b"x"}
    told = run(contents, contents.pack(files), tmp_path)
    found = {name: (tmp_path / name).read_bytes() for name in files}
    assert found == files
    assert told == sorted(told)
    assert told[-1] == (11, 11)


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "", "a\\b", "c:x", "a\0"])
def test_a_path_that_leads_out_is_refused(contents, tmp_path, path):
    with pytest.raises(SidecarError) as raised:
        run(contents, contents.pack({path: b"1"}), tmp_path / "in")
    assert raised.value.code == "DATA_CORRUPT"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "pieces"),
    [
        ([{"path": "a", "size": 4}], []),
        ([{"path": "a", "size": -1}], [{"sha256": "0", "size": -1}]),
        ([{"path": "a"}], []),
    ],
)
def test_a_manifest_that_is_none_is_refused(contents, tmp_path, files, pieces):
    with pytest.raises(SidecarError, match="is not a manifest of data"):
        run(contents, contents.put_manifest(files, pieces), tmp_path)


def test_data_beyond_the_limit_are_refused_before_they_are_fetched(contents, tmp_path):
    digest = contents.pack({"a": b"x" * 101})
    with pytest.raises(SidecarError, match="raise MU2NET_CACHE_SIZE"):
        run(contents, digest, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_packed_files_come_out_as_they_went_in_and_are_sent_once(tmp_path, monkeypatch):
    monkeypatch.setattr("mu2net_sidecar.store._pack._PIECE_BYTES", 7)
    files = []
    for name, data in {"a/1": b"0123456789", "a/b": b"", "c": b"x" * 40}.items():
        file = tmp_path / "from" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        files.append(FileToPack(name, file, len(data)))
    url = f"file://{tmp_path}/published"
    objects = open_objects(url, None, None)
    told = []
    digest = pack(files, objects, lambda done, total: told.append((done, total)))
    assert told[-1] == (50, 50)
    written = {each.stat().st_mtime_ns for each in (tmp_path / "published").rglob("*.*")}
    assert pack(files, objects, lambda *_: None) == digest
    assert {each.stat().st_mtime_ns for each in (tmp_path / "published").rglob("*.*")} == written

    class Fetch:
        def fetch(self, digest):
            return bytes(objects.read(digest))

    (tmp_path / "to").mkdir()
    unpack(digest, Fetch(), tmp_path / "to", 100, lambda *_: None)
    for name, file, _ in files:
        assert (tmp_path / "to" / name).read_bytes() == file.read_bytes()


def test_a_file_that_changes_meanwhile_is_not_published(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"long")
    objects = open_objects(f"file://{tmp_path}/published", None, None)
    with pytest.raises(SidecarError, match="a has 4 bytes, not 3"):
        pack([FileToPack("a", file, 3)], objects, lambda *_: None)
    assert not list((tmp_path / "published").rglob("*.safetensors"))
