"""What this interpreter has: its version, the packages the sidecar needs, its devices."""

from __future__ import annotations

import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

PACKAGES = {
    "fsspec": "fsspec",
    "jax": "jax",
    "msgspec": "msgspec",
    "numpy": "numpy",
    "optax": "optax",
    "pillow": "PIL",
    "pyzmq": "zmq",
    "safetensors": "safetensors",
    "scikit-learn": "sklearn",
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
    }


def _package(distribution: str, module: str) -> dict[str, str | None]:
    try:
        import_module(module)
        return {"name": distribution, "version": version(distribution), "problem": None}
    except (ImportError, PackageNotFoundError, OSError) as error:
        return {"name": distribution, "version": None, "problem": str(error)}


def _devices() -> list[dict[str, str]]:
    try:
        import jax

        return [
            {"platform": device.platform, "kind": device.device_kind} for device in jax.devices()
        ]
    except (ImportError, RuntimeError):
        return []
