"""The actors that Ray places, and starts again when they or their machines end."""

from __future__ import annotations

from typing import Any

import ray  # pyright: ignore[reportMissingImports]
from ray.util.scheduling_strategies import (  # pyright: ignore[reportMissingImports]
    PlacementGroupSchedulingStrategy,
)

from mu2net_sidecar.launch._process import ProcessState, WorkerProcess

SLICE = "slice-"
"""What the names of slices begin with; the name of a worker begins with that of its pool."""


class Located(ProcessState):
    """A worker process, and the machine that it is on."""

    node: str


@ray.remote
class Keeper:
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


@ray.remote
class Slice:
    """Reserves one TPU slice, and owns a worker on each of its hosts."""

    def __init__(
        self, workers: list[dict[str, Any]], environment: dict[str, str], place: dict[str, Any]
    ) -> None:
        from ray.util.tpu import slice_placement_group  # pyright: ignore[reportMissingImports]

        self._place = slice_placement_group(place["topology"], place["accelerator"])
        if self._place.num_hosts != len(workers):
            raise ValueError(
                f"a slice {place['accelerator']} {place['topology']} has {self._place.num_hosts} "
                f"hosts; set hosts to it, instead of {len(workers)}"
            )
        group = self._place.placement_group
        ray.get(group.ready())
        self._workers = [
            Keeper.options(  # pyright: ignore[reportAttributeAccessIssue]
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
