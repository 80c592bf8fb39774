"""What this interpreter has to run the sidecar on."""

from __future__ import annotations

import json
import platform
import sys
import tomllib
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
IMPORTS = {"pillow": "PIL", "pyzmq": "zmq", "scikit-learn": "sklearn"}
"""Names of modules that are not those of their packages."""


def sidecar_version() -> str:
    """Version of this package, which is run from its folder and not installed."""
    return _project()["version"]


def probe() -> str:
    """Versions, devices, and what is wrong with each required package, as JSON.

    Keys: `python`, `executable`, `sidecar`; `packages`: name to `{version, problem}`, either of
    them null; `devices`: list of `{platform, kind, memoryBytes}`.
    """
    packages = {}
    for requirement in _project()["dependencies"]:
        name = requirement.split("<")[0].split(">")[0].split("=")[0].strip()
        packages[name] = {"version": _installed(name), "problem": _problem(name)}
    found: list[dict[str, str | None]] = []
    if packages["jax"]["problem"] is None:
        try:
            found = devices()
        except RuntimeError as error:
            packages["jax"]["problem"] = f"no device: {error}"
    return json.dumps(
        {
            "python": platform.python_version(),
            "executable": sys.executable,
            "sidecar": sidecar_version(),
            "packages": packages,
            "devices": found,
        }
    )


def devices() -> list[dict[str, str | None]]:
    """The devices that JAX computes on; memory in decimal digits, None where it is not known."""
    import jax

    return [
        {
            "platform": device.platform,
            "kind": device.device_kind,
            "memoryBytes": _memory(device.memory_stats()),
        }
        for device in jax.local_devices()
    ]


def _memory(stats: dict[str, int] | None) -> str | None:
    limit = (stats or {}).get("bytes_limit")
    return None if limit is None else str(limit)


def _project() -> dict:
    return tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _problem(package: str) -> str | None:
    try:
        import_module(IMPORTS.get(package, package))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None
