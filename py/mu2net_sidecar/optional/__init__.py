"""Packages that only some work needs: some kinds of data, some formats of records."""

from mu2net_sidecar.optional._packages import import_optional, install_advice

__all__ = ["import_optional", "install_advice"]
