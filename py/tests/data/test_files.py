"""Files and folders that are not what they seem."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from PIL import Image

from mu2net_sidecar.data import (
    FolderSource,
    HuggingFaceSource,
    IdxFiles,
    IdxSource,
    NpzSource,
    ParquetSource,
    WebDatasetSource,
    inspect_source,
    open_source,
    read_images,
)
from mu2net_sidecar.data.files import _file, list_folder, open_file, read_file, walk_files
from mu2net_sidecar.errors import SidecarError

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs pipes and sockets in folders")


def pipe(file):
    os.mkfifo(file)


def unix_socket(file):
    with socket.socket(socket.AF_UNIX) as opened:
        # The path of a socket may have no more than 107 bytes.
        before = Path.cwd()
        os.chdir(file.parent)
        try:
            opened.bind(file.name)
        finally:
            os.chdir(before)


def device(file):
    file.symlink_to("/dev/zero")


KINDS = [
    (pipe, "is a pipe"),
    (unix_socket, "cannot read"),
    (device, "is a device"),
    (Path.mkdir, "a folder"),
]


@posix
@pytest.mark.parametrize(("make", "said"), KINDS)
@pytest.mark.parametrize("read", [read_file, lambda file: open_file(file).__enter__()])
def test_only_regular_files_are_opened(tmp_path, make, said, read):
    make(tmp_path / "x.png")
    with pytest.raises(SidecarError, match=said) as caught:
        read(tmp_path / "x.png")
    assert caught.value.code == "DATA_MISSING"
    assert str(tmp_path / "x.png") in caught.value.message


@posix
@pytest.mark.parametrize("make", [pipe, unix_socket, device])
def test_what_is_named_as_an_image_is_read_as_one_only_if_it_is_a_file(tmp_path, make):
    (tmp_path / "a").mkdir()
    Image.new("L", (2, 2)).save(tmp_path / "a" / "0.png")
    make(tmp_path / "a" / "x.png")
    with pytest.raises(SidecarError, match=r"a/x\.png") as caught:
        open_source(FolderSource(tmp_path)).images("all")
    assert caught.value.code == "DATA_MISSING"
    with pytest.raises(SidecarError, match=r"a/x\.png"):
        read_images([tmp_path / "a" / "0.png", tmp_path / "a" / "x.png"])


SOURCES = {
    "npz": lambda folder: NpzSource(folder / "x"),
    "idx": lambda folder: IdxSource((IdxFiles("train", folder / "x", folder / "x"),)),
    "webdataset": WebDatasetSource,
    "parquet": lambda folder: ParquetSource(folder, "image", "label"),
    "huggingface": lambda folder: HuggingFaceSource(folder, "image", "label"),
}
NAMES = {
    "npz": "x",
    "idx": "x",
    "webdataset": "train-0.tar",
    "parquet": "train.parquet",
    "huggingface": "state.json",
}


@posix
@pytest.mark.parametrize("kind", SOURCES)
def test_no_source_waits_for_a_pipe(tmp_path, kind):
    if kind in ("parquet", "huggingface"):
        pytest.importorskip("pyarrow")
    pipe(tmp_path / NAMES[kind])
    with pytest.raises(SidecarError, match="is a pipe") as caught:
        inspect_source(SOURCES[kind](tmp_path))
    assert caught.value.code == "DATA_MISSING"


@pytest.mark.parametrize("kind", [*SOURCES, "folder"])
def test_a_path_with_a_nul_is_refused(tmp_path, kind):
    if kind in ("parquet", "huggingface"):
        pytest.importorskip("pyarrow")
    source = {**SOURCES, "folder": FolderSource}[kind](tmp_path / "a\0b")
    with pytest.raises(SidecarError, match="NUL") as caught:
        open_source(source)
    assert caught.value.code == "DATA_MISSING" and "\0" not in caught.value.message


@pytest.mark.parametrize("kind", [*SOURCES, "folder"])
def test_a_path_that_is_too_long_is_refused(tmp_path, kind):
    if kind in ("parquet", "huggingface"):
        pytest.importorskip("pyarrow")
    source = {**SOURCES, "folder": FolderSource}[kind](tmp_path / ("x" * 5000))
    with pytest.raises(SidecarError, match=r"cannot read .*too long") as caught:
        open_source(source)
    assert caught.value.code == "DATA_MISSING"


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(_file, "LARGEST_FILE_BYTES", 9)
    (tmp_path / "x").write_bytes(bytes(10))
    with pytest.raises(SidecarError, match="has 10 bytes, more than the 9") as caught:
        read_file(tmp_path / "x")
    assert caught.value.code == "DATA_CORRUPT"
    (tmp_path / "x").write_bytes(bytes(9))
    assert read_file(tmp_path / "x") == bytes(9)


def test_files_are_walked_and_hidden_ones_only_on_request(tmp_path):
    for name in ("a", "b/c", ".d", ".e/f", "b/.g"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = {file.relative_to(tmp_path).as_posix() for file in walk_files(tmp_path)}
    assert names == {"a", "b/c", ".d", ".e/f", "b/.g"}
    shown = walk_files(tmp_path, hidden=False)
    assert {file.relative_to(tmp_path).as_posix() for file in shown} == {"a", "b/c"}
    assert {entry.name for entry in list_folder(tmp_path)} == {"a", "b", ".d", ".e"}


OTHER_USER = """
import contextlib, os, sys
from pathlib import Path
from mu2net_sidecar.data import FolderSource, ParquetSource, WebDatasetSource, inspect_source
from mu2net_sidecar.errors import SidecarError
with contextlib.suppress(ImportError):
    import pyarrow.parquet
if os.getuid() == 0:  # Permissions do not bind root.
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
kind, path = sys.argv[1:]
source = {
    "folder": FolderSource,
    "webdataset": WebDatasetSource,
    "parquet": lambda path: ParquetSource(path, "image", "label"),
}[kind](Path(path))
try:
    print("read", inspect_source(source))
except SidecarError as error:
    print(error.code, error.message)
"""


@pytest.fixture
def shared_path():
    """A temporary folder that other users can reach, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve()
        path.chmod(0o755)
        yield path


@posix
@pytest.mark.parametrize(
    ("kind", "locked"),
    [
        *(("folder", locked) for locked in (".", "a", "a/deep")),
        *(("parquet", locked) for locked in (".", "a/deep")),
        ("webdataset", "."),
    ],
)
def test_a_folder_that_cannot_be_read_is_named(shared_path, kind, locked):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    data = shared_path / "all"
    for name in ("a/0.png", "a/deep/1.png", "b/2.png"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (2, 2)).save(data / name)
    folder = data / locked
    folder.chmod(0)
    command = [sys.executable, "-c", OTHER_USER, kind, str(data)]
    try:
        said = subprocess.run(command, capture_output=True, text=True)
    finally:
        folder.chmod(0o755)
    if "Operation not permitted" in said.stderr:
        pytest.skip("this root may not become another user")
    assert said.stdout.startswith(f"DATA_MISSING cannot read the folder {folder}: ")
