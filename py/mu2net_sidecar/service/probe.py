"""What this interpreter has: its version, the packages the sidecar needs, its devices."""

from __future__ import annotations

import platform
import tomllib
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
"""Modules that the sidecar imports, by the distribution that brings them."""


def probe() -> dict[str, object]:
    """Versions of Python and packages; a package that is missing or broken says why.

    Takes some seconds, for it imports each.
    """
    return {
        "python": platform.python_version(),
        "packages": [_package(name, module) for name, module in PACKAGES.items()],
        "devices": _devices(),
        "engine": _engine(),
    }


def sidecar_version() -> str:
    """Version of this package, which runs from its folder and is not installed."""
    project = Path(__file__).parents[2] / "pyproject.toml"
    return tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]


def devices() -> list[dict[str, str | None]]:
    """What JAX computes on; memory in decimal digits, None where it is not known.

    Raises:
        RuntimeError: JAX finds no device that it was told to use.
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
    """How an engine of such options computes, in words."""
    return {
        "precision": options.precision.name,
        "attention": options.attention,
        "remat": options.remat,
        "devices": options.devices,
    }


def _memory(stats: dict[str, int] | None) -> str | None:
    limit = (stats or {}).get("bytes_limit")
    return None if limit is None else str(limit)


def _package(distribution: str, module: str) -> dict[str, str | None]:
    try:
        import_module(module)
        return {"name": distribution, "version": version(distribution), "problem": None}
    except (ImportError, PackageNotFoundError, OSError) as error:
        return {"name": distribution, "version": None, "problem": str(error)}


def _engine() -> dict[str, Any] | None:
    """How a worker computes here unless told otherwise; None where it cannot."""
    try:
        from mu2net_sidecar.engine import options_for, this_machine

        return engine_of(options_for(this_machine()))
    except (ImportError, RuntimeError):
        return None


def _devices() -> list[dict[str, str | None]]:
    try:
        return devices()
    except (ImportError, RuntimeError):
        return []
