"""Executes requests: one module for each kind of request, and one that dispatches."""

from mu2net_sidecar.service.handlers._caller import Caller
from mu2net_sidecar.service.handlers._handlers import Handlers

__all__ = ["Caller", "Handlers"]
