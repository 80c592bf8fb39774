"""The store on a real S3 server. Run by `npm run test:pool`, which builds the server."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store import Cache, Store, _failures
from tests.store.gateway import find_gateway, gateway

pytest.importorskip("s3fs", reason="needs the extra s3")
PROGRAM = find_gateway()
pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="versitygw is not built; npm run test:pool does it"),
    # The clients of S3 close their connections when the process ends.
    pytest.mark.filterwarnings(
        "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
    ),
]
TENSORS = {"kernel": np.random.default_rng(0).normal(size=(300, 700)).astype(np.float32)}
ABSENT = "0" * 64


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("s3")
    (folder / "buckets" / "weights").mkdir(parents=True)
    with gateway(PROGRAM, folder / "buckets") as variables:
        yield folder / "buckets" / "weights", variables


@pytest.fixture
def bucket(server, monkeypatch):
    import s3fs

    # A client keeps the credentials that it began with.
    s3fs.S3FileSystem.clear_instance_cache()
    for name, value in server[1].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(_failures, "RETRY_SECONDS", 0.5)
    return server[0]


@pytest.fixture
def open_store(bucket, tmp_path):
    opened = iter(range(100))
    return lambda url: Store(url, Cache(tmp_path / f"cache-{next(opened)}", 10**9))


def test_objects_are_stored_read_listed_and_deleted(open_store, bucket):
    url = "s3://weights/run-1"
    store = open_store(url)
    assert store.files() == []
    digest = store.put(TENSORS)
    assert (bucket / "run-1" / digest[:2] / f"{digest}.safetensors").is_file()
    other = open_store(url)
    assert other.has(digest) and not other.has(ABSENT)
    np.testing.assert_array_equal(other.get(digest)["kernel"], TENSORS["kernel"])
    (file,) = other.files()
    assert file.name == f"{digest[:2]}/{digest}.safetensors" and file.nbytes > 840_000
    assert other.delete([digest, digest, ABSENT]) == 1
    assert not store.has(digest)


def test_writers_of_one_object_do_not_disturb_each_other(open_store, bucket):
    stores = [open_store("s3://weights/run-2") for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        (digest,) = set(pool.map(lambda at: stores[at % 4].put(TENSORS), range(8)))
    assert len([path for path in (bucket / "run-2").rglob("*") if path.is_file()]) == 1
    np.testing.assert_array_equal(
        open_store("s3://weights/run-2").get(digest)["kernel"], TENSORS["kernel"]
    )


def test_an_object_that_exists_is_not_written_again_unless_it_is_damaged(open_store, bucket):
    digest = open_store("s3://weights/run-3").put(TENSORS)
    file = bucket / "run-3" / digest[:2] / f"{digest}.safetensors"
    before = file.stat()
    assert open_store("s3://weights/run-3").put(TENSORS) == digest
    assert file.stat().st_ino == before.st_ino
    file.write_bytes(b"damaged")
    with pytest.raises(SidecarError) as caught:
        open_store("s3://weights/run-3").get(digest)
    assert caught.value.code == "STORE_CORRUPT"
    assert open_store("s3://weights/run-3").put(TENSORS) == digest
    assert open_store("s3://weights/run-3").get(digest).keys() == TENSORS.keys()


def test_objects_are_copied_from_a_folder_and_back(open_store, tmp_path):
    folder, there = Store(str(tmp_path / "folder")), open_store("s3://weights/run-4")
    digests = [folder.put({"a": np.full(3, at)}) for at in range(3)]
    assert there.copy_from(folder, digests) == 3
    assert there.copy_from(folder, digests) == 0
    back = Store(str(tmp_path / "back"))
    assert back.copy_from(open_store("s3://weights/run-4"), digests) == 3


@pytest.mark.parametrize(
    ("variable", "value", "url", "code", "line"),
    [
        (None, None, "s3://nowhere/x", "STORE_UNKNOWN", "its bucket does not exist"),
        ("AWS_SECRET_ACCESS_KEY", "wrong", "s3://weights/x", "STORE_DENIED", "the server denies"),
        ("AWS_ACCESS_KEY_ID", "wrong", "s3://weights/x", "STORE_DENIED", "the server denies"),
        ("AWS_ACCESS_KEY_ID", None, "s3://weights/x", "STORE_DENIED", "has no credentials"),
        (
            "AWS_ENDPOINT_URL",
            "http://127.0.0.1:9",
            "s3://weights/x",
            "STORE_UNREACHABLE",
            "does not answer",
        ),
    ],
)
def test_each_failure_is_one_clear_line(
    open_store, monkeypatch, tmp_path, variable, value, url, code, line
):
    if variable and value:
        monkeypatch.setenv(variable, value)
    elif variable:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    store = open_store(url)
    for ask in (store.files, lambda: store.put(TENSORS)):
        with pytest.raises(SidecarError, match=line) as caught:
            ask()
        assert caught.value.code == code
        assert url in caught.value.message
        assert "secret-of-tester" not in caught.value.message
