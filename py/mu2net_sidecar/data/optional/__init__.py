"""Packages that only some kinds of data need."""

from mu2net_sidecar.data.optional._packages import import_optional, install_advice

__all__ = ["import_optional", "install_advice"]
