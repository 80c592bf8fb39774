"""The resources that requests share: the engine, opened data, and stores."""

from __future__ import annotations

from dataclasses import replace

from mu2net_sidecar import engine
from mu2net_sidecar.data import DataCache, Dataset, Placements, open_task
from mu2net_sidecar.service.translate import task_of
from mu2net_sidecar.store import Relay, Store
from mu2net_sidecar.wire import values


class Resources:
    """Keeps what later requests are likely to need.

    Args:
        options: of the engine. None: chosen by the machine.
        writes: whether this process stores what it computes, as the lead of a slice does.

    Attributes:
        engine: places paths on the devices and runs them.
        own_engine: the same without the other hosts of a slice.
        data: the sources that were opened.
        placements: the images that lie on a device.
    """

    def __init__(
        self,
        options: engine.EngineOptions | None = None,
        relay: Relay | None = None,
        *,
        writes: bool = True,
    ) -> None:
        self.engine = self.own_engine = engine.Engine(options)
        if self.engine.layout.hosts > 1:
            self.own_engine = engine.Engine(replace(self.engine.options, hosts=1))
        self.data = DataCache()
        self.placements = Placements(self.engine.options.data_cache_bytes)
        self._relay = relay
        self._writes = writes
        self._stores: dict[str, Store] = {}

    def store(self, url: str) -> Store:
        """Returns the store of a URL; one for each, because it remembers what it has verified."""
        if url not in self._stores:
            self._stores[url] = Store(url, relay=self._relay, writes=self._writes)
        return self._stores[url]

    def open(self, task: values.Task) -> Dataset:
        """Opens the data of a task.

        Raises:
            SidecarError: the data are missing or corrupt.
        """
        return open_task(task_of(task), self.data)
