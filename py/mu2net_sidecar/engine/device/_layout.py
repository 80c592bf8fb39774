"""Where arrays lie: on one device, or on several that share each batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from mu2net_sidecar.engine.device._batch import UNLABELLED, Batch
from mu2net_sidecar.engine.device._placement import put


class Layout:
    """Copies parameters to every device and splits each batch evenly among the devices.

    Programs are the same on one device and on several: XLA partitions them by the sharding of
    their arguments.

    Args:
        devices: how many of the devices of each host to use, starting with the first.
        hosts: processes of `jax.distributed` that share each batch. 1: this one alone.

    Attributes:
        devices: how many devices of all hosts share each batch.
        hosts: how many hosts share each batch.
    """

    def __init__(self, devices: int = 1, hosts: int = 1) -> None:
        self.devices, self.hosts = devices * hosts, hosts
        self._replicated = self._split = None
        if self.devices > 1:
            mesh = Mesh(_first_of_each_host(devices, hosts), ("batch",))
            self._replicated = NamedSharding(mesh, PartitionSpec())
            self._split = NamedSharding(mesh, PartitionSpec("batch"))

    @property
    def replicated(self) -> NamedSharding | None:
        """Sharding of an array that every device has a copy of. None: there is one device."""
        return self._replicated

    def train_batch(self, batch: Batch) -> Batch:
        """Splits a training batch among the devices.

        Raises:
            ValueError: the devices do not divide the batch.
        """
        if len(batch[1]) % self.devices:
            raise ValueError(
                f"a training batch of {len(batch[1])} images does not divide by {self.devices} "
                "devices; set training.batchSize to a multiple of --devices"
            )
        return self._place(batch)

    def batches(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Yields batches to evaluate on, all of one size, so that they run on the same programs.

        Short batches are filled up with unlabelled images: to the size of the first, which is
        rounded up to a multiple of the number of devices.
        """
        size = None
        for images, labels in batches:
            size = size or -(-len(labels) // self.devices) * self.devices
            yield self._place(_fill(images, labels, size))

    def _place(self, batch: Batch) -> Batch:
        return batch if self._split is None else put(batch, self._split)


def _first_of_each_host(devices: int, hosts: int) -> np.ndarray:
    """Returns the first devices of each host, in the same order on every host."""
    of_hosts = range(hosts) if hosts > 1 else [jax.process_index()]
    return np.asarray(
        [device for host in of_hosts for device in jax.local_devices(process_index=host)[:devices]]
    )


def _fill(images: jax.Array, labels: jax.Array, size: int) -> Batch:
    """Fills a short batch up with unlabelled images of zeros."""
    missing = size - len(labels)
    if missing == 0:
        return images, labels
    return (
        jnp.pad(images, [(0, missing), (0, 0), (0, 0), (0, 0)]),
        jnp.pad(labels, (0, missing), constant_values=UNLABELLED),
    )
