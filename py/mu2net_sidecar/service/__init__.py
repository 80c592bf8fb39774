"""The worker process: executes what the broker leases to it.

Loading this package needs Python's own library alone, so that the controller can ask what is
missing of the rest.
"""

from mu2net_sidecar.service._bridge import answer
from mu2net_sidecar.service._command import main

__all__ = ["answer", "main"]
