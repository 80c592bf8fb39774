"""Workers on a Ray cluster: `python -m mu2net_sidecar.launch` does what its input asks for.

Ray places workers and starts them again; the leases of the broker alone decide what counts.
"""

from mu2net_sidecar.launch._process import ProcessState, WorkerProcess

__all__ = ["ProcessState", "WorkerProcess"]
