"""The devices that programs are compiled for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax.experimental import topologies
from jax.sharding import Mesh, NamedSharding, PartitionSpec, Sharding, SingleDeviceSharding


@dataclass(frozen=True)
class Target:
    """Devices that share each batch. They need not be here: nothing runs on them.

    Attributes:
        devices: the devices.
    """

    devices: Sequence[Any]

    @property
    def replicated(self) -> Sharding:
        """Sharding of an array that every device has a copy of."""
        return self._sharding(PartitionSpec())

    @property
    def split(self) -> Sharding:
        """Sharding of an array whose first axis is divided among the devices."""
        return self._sharding(PartitionSpec("batch"))

    def _sharding(self, spec: PartitionSpec) -> Sharding:
        # As the engine's layout has it: one device needs no mesh.
        if len(self.devices) == 1:
            return SingleDeviceSharding(self.devices[0])
        return NamedSharding(Mesh(np.asarray(self.devices), ("batch",)), spec)


def target_of(topology: str | None, devices: int) -> Target:
    """Returns devices to compile for.

    Args:
        topology: a slice of TPUs, such as `v5e:2x2`; its compiler is libtpu. None: CPUs.
        devices: how many of them share each batch.

    Raises:
        RuntimeError: libtpu does not know the topology.
        ValueError: there are fewer devices.
    """
    if topology is None:
        known = jax.devices("cpu")
    else:
        known = topologies.get_topology_desc(platform="tpu", topology_name=topology).devices
    if devices > len(known):
        raise ValueError(f"{topology or 'this machine'} has {len(known)} devices, not {devices}")
    return Target(tuple(known[:devices]))
