"""Reports what this interpreter has: its version, packages and devices."""

from __future__ import annotations

import platform
import tomllib
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from mu2net_sidecar.engine import EngineOptions

PACKAGES = {
    "aiohttp": "aiohttp",
    "flatbuffers": "flatbuffers",
    "fsspec": "fsspec",
    "jax": "jax",
    "ml-dtypes": "ml_dtypes",
    "msgspec": "msgspec",
    "numpy": "numpy",
    "optax": "optax",
    "pillow": "PIL",
    "pyzmq": "zmq",
    "safetensors": "safetensors",
    "scikit-learn": "sklearn",
    "simplejpeg": "simplejpeg",
}
"""Modules that the sidecar imports, by the distribution that contains them."""


class DeviceReport(TypedDict):
    """A device in the words of the wire; memory is in decimal digits, or None if unknown."""

    platform: str
    kind: str
    memoryBytes: str | None


class PackageReport(TypedDict):
    """A package: its version, or the problem with it."""

    name: str
    version: str | None
    problem: str | None


def probe_interpreter() -> dict[str, object]:
    """Lists versions of Python and packages, and why a package is missing or broken.

    Takes some seconds, because it imports every package.
    """
    return {
        "python": platform.python_version(),
        "packages": [_probe_package(name, module) for name, module in PACKAGES.items()],
        "devices": _list_devices_if_any(),
        "engine": _default_engine(),
    }


def sidecar_version() -> str:
    """Returns the version of this package, which also runs from its folder without installation."""
    project = Path(__file__).parents[2] / "pyproject.toml"
    if not project.exists():
        return version("mu2net-sidecar")
    return tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]


def list_devices() -> list[DeviceReport]:
    """Lists the devices that JAX computes on.

    Raises:
        RuntimeError: JAX does not find a device that it was told to use.
    """
    import jax

    return [
        {
            "platform": device.platform,
            "kind": device.device_kind,
            "memoryBytes": _memory(device.memory_stats()),
        }
        for device in jax.local_devices()
    ]


def engine_of(options: EngineOptions) -> dict[str, Any]:
    """Returns how an engine with these options computes, in the words of the wire."""
    return {
        "precision": options.precision.name,
        "attention": options.attention,
        "remat": options.remat,
        "devices": options.devices * options.hosts,
    }


def _memory(stats: dict[str, int] | None) -> str | None:
    limit = (stats or {}).get("bytes_limit")
    return None if limit is None else str(limit)


def _probe_package(distribution: str, module: str) -> PackageReport:
    try:
        import_module(module)
        return {"name": distribution, "version": version(distribution), "problem": None}
    except (ImportError, PackageNotFoundError, OSError) as error:
        return {"name": distribution, "version": None, "problem": str(error)}


def _default_engine() -> dict[str, Any] | None:
    """Returns how a worker computes here by default; None: it cannot."""
    try:
        from mu2net_sidecar.engine import options_for, this_machine

        return engine_of(options_for(this_machine()))
    except (ImportError, RuntimeError):
        return None


def _list_devices_if_any() -> list[DeviceReport]:
    try:
        return list_devices()
    except (ImportError, RuntimeError):
        return []
