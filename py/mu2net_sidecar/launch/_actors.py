"""The actors that Ray places, and starts again when they or their machines end."""

from __future__ import annotations

import threading
import time
from typing import Any

import ray  # pyright: ignore[reportMissingImports]
from ray.util.scheduling_strategies import (  # pyright: ignore[reportMissingImports]
    PlacementGroupSchedulingStrategy,
)

from mu2net_sidecar.launch._process import ProcessState, WorkerProcess

SLICE = "slice-"
"""Prefix of the names of slices; the name of a worker begins with that of its pool."""


RETRY_SECONDS = 10.0
"""Time between two searches for a free slice."""


class Located(ProcessState):
    """A worker process, and the machine that it is on."""

    node: str


class _Keeper:
    """Keeps one worker alive on the machine where Ray places this actor."""

    def __init__(self, words: list[str], environment: dict[str, str]) -> None:
        self._process = WorkerProcess(words, environment)

    def state(self) -> Located:
        """Tells how the worker is."""
        return {**self._process.state(), "node": ray.util.get_node_ip_address()}

    def lines_after(self, count: int) -> tuple[int, list[str]]:
        """Returns how many lines the log has, and those after the first `count`."""
        return self._process.lines_after(count)

    def close(self) -> None:
        """Ends the worker."""
        self._process.close()


class _Slice:
    """Reserves one TPU slice, and owns a worker on each of its machines."""

    def __init__(
        self, workers: list[dict[str, Any]], environment: dict[str, str], place: dict[str, Any]
    ) -> None:
        self._workers: list[Any] = []
        self._problem = "Ray looks for a free slice"
        arguments = (workers, environment, place)
        threading.Thread(target=self._settle, args=arguments, daemon=True).start()

    def problem(self) -> str:
        """Tells why the workers are not there yet."""
        return self._problem

    def _settle(
        self, workers: list[dict[str, Any]], environment: dict[str, str], place: dict[str, Any]
    ) -> None:
        """Tries until there is a slice."""
        while not self._workers:
            try:
                self._workers = self._start(workers, environment, place)
            except Exception as error:
                self._problem = str(error).strip().splitlines()[0]
                time.sleep(RETRY_SECONDS)

    def _start(
        self, workers: list[dict[str, Any]], environment: dict[str, str], place: dict[str, Any]
    ) -> list[Any]:
        from ray.util.tpu import slice_placement_group  # pyright: ignore[reportMissingImports]

        self._place = slice_placement_group(place["topology"], place["accelerator"])
        group = self._place.placement_group
        ray.get(group.ready())
        return [
            Keeper.options(
                name=worker["name"],
                max_restarts=-1,
                max_concurrency=8,
                num_cpus=0,
                resources={"TPU": self._place.chips_per_host},
                scheduling_strategy=PlacementGroupSchedulingStrategy(
                    placement_group=group, placement_group_bundle_index=index
                ),
            ).remote(worker["words"], environment)
            for index, worker in enumerate(workers)
        ]


Keeper: Any = ray.remote(_Keeper)
Slice: Any = ray.remote(_Slice)
