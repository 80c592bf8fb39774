"""Which URLs can be read and written here."""

from __future__ import annotations

from importlib.util import find_spec

from fsspec.registry import known_implementations, registry


def readable_schemes() -> list[str]:
    """Returns the beginnings of URLs, such as `file` and `s3`, whose package is installed.

    Nothing is imported. A driver of fsspec's own counts, although it may need something more.
    """
    packages = {
        scheme: str(driver["class"]).partition(".")[0]
        for scheme, driver in known_implementations.items()
    }
    installed = {package for package in set(packages.values()) if find_spec(package)}
    known = {scheme for scheme, package in packages.items() if package in installed}
    return sorted(known | set(registry))
