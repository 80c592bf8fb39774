"""Where arrays lie: on one device, or on several that share each batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from mu2net_sidecar.engine.child import Batch
from mu2net_sidecar.engine.loss import UNLABELLED


class Layout:
    """Copies parameters to every device and gives each an equal part of a batch.

    Programs are the same on one device and on several: XLA parts them by where their arguments lie.

    Args:
        devices: how many of the local devices to use, from the first on.
    """

    def __init__(self, devices: int = 1) -> None:
        self.devices = devices
        self._copied = self._parted = None
        if devices > 1:
            mesh = Mesh(np.asarray(jax.local_devices()[:devices]), ("batch",))
            self._copied = NamedSharding(mesh, PartitionSpec())
            self._parted = NamedSharding(mesh, PartitionSpec("batch"))

    @property
    def copied(self) -> NamedSharding | None:
        """Where an array lies that every device has a copy of. None: on the only device."""
        return self._copied

    def train_batch(self, batch: Batch) -> Batch:
        """A batch to train on, parted among the devices.

        Raises:
            ValueError: the batch does not divide.
        """
        if len(batch[1]) % self.devices:
            raise ValueError(
                f"a training batch of {len(batch[1])} images does not divide by {self.devices} "
                "devices; set training.batchSize to a multiple of --devices"
            )
        return self._part(batch)

    def batches(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Batches to count on: all of the size of the first, filled up with unlabelled images.

        The first one, too, is filled up to a size that the devices can part.
        """
        size = None
        for images, labels in batches:
            size = size or -(-len(labels) // self.devices) * self.devices
            yield self._part(_filled(images, labels, size))

    def _part(self, batch: Batch) -> Batch:
        return batch if self._parted is None else jax.device_put(batch, self._parted)


def _filled(images: jax.Array, labels: jax.Array, size: int) -> Batch:
    """Fills a short batch with unlabelled black images, so that it runs on the same programs."""
    missing = size - len(labels)
    if missing == 0:
        return images, labels
    return (
        jnp.pad(images, [(0, missing), (0, 0), (0, 0), (0, 0)]),
        jnp.pad(labels, (0, missing), constant_values=UNLABELLED),
    )
