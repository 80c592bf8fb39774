"""The wheel has the whole package, and works without the repository."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
METADATA = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def run(*words: object, **options) -> str:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=PROJECT)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def target(wheel, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install")
    run(*pip, "--no-deps", "--no-index", "--target", folder, wheel)
    return folder


def test_the_wheel_has_every_file_of_the_package(wheel):
    files = (PROJECT / "mu2net_sidecar").rglob("*")
    wanted = {
        file.relative_to(PROJECT).as_posix()
        for file in files
        if file.is_file() and "__pycache__" not in file.parts
    }
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == wanted
    assert any(name.endswith(".py.txt") for name in names)


def test_the_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        text = archive.read(name).decode()
        assert any(name.endswith("/licenses/LICENSE") for name in archive.namelist())
    assert f"Version: {METADATA['version']}\n" in text
    assert "License-Expression: Apache-2.0\n" in text
    assert "\n# mu2net-sidecar\n" in text
    for extra in ("cuda", "tpu", "tfds", "ray", "parquet"):
        assert f"Provides-Extra: {extra}\n" in text


def test_the_installed_command_works_elsewhere(target, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(target)}
    command = target / "bin" / "mu2net-sidecar"
    text = run(sys.executable, command, "--help", cwd=tmp_path, env=environment)
    assert text.startswith("usage: mu2net-sidecar ")
    assert "--connect" in text


def test_the_installed_package_knows_its_version(target, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(target)}
    code = "from mu2net_sidecar.service._probe import sidecar_version; print(sidecar_version())"
    text = run(sys.executable, "-c", code, cwd=tmp_path, env=environment)
    assert text.strip() == METADATA["version"]
