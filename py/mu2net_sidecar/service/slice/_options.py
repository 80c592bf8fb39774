"""Which slice a process belongs to, and which host of it is this one."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import jax

EXIT_SLICE = 5
"""Exit status when another host of the slice is gone or does not follow."""


@dataclass(frozen=True)
class SliceOptions:
    """A place in a slice.

    Attributes:
        address: host and port of the first host, where the processes of JAX meet. The port after
            it is the lead's.
        hosts: number of hosts.
        host: index of this host; the lead has 0.
    """

    address: str
    hosts: int
    host: int

    @property
    def endpoint(self) -> str:
        """Where the lead listens to the other hosts."""
        name, _, port = self.address.rpartition(":")
        return f"tcp://{name}:{int(port) + 1}"

    @property
    def listening(self) -> str:
        """Where the lead binds: ZeroMQ binds to addresses, not to the names of hosts.

        Raises:
            OSError: the name of the first host is not known.
        """
        name, _, port = self.address.rpartition(":")
        family, *_, (address, *_) = socket.getaddrinfo(name.strip("[]"), None)[0]
        host = f"[{address}]" if family == socket.AF_INET6 else address
        return f"tcp://{host}:{int(port) + 1}"

    @property
    def leads(self) -> bool:
        """Whether this host is the lead."""
        return self.host == 0


def join_slice(options: SliceOptions) -> None:
    """Joins the processes of all hosts, before JAX uses a device; waits until all are there.

    Raises:
        RuntimeError: the first host cannot be reached, or not all hosts came.
    """
    jax.distributed.initialize(
        options.address,
        options.hosts,
        options.host,
        # On Slurm, JAX would otherwise give each process one GPU.
        cluster_detection_method="deactivate",
    )
