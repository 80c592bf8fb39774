"""Where the images of a split lie when batches are gathered from them: host or device."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

import jax
import numpy as np

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.lookahead import Lookahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Array, Int32, Integer, UInt8


class Examples(NamedTuple):
    """Images and labels on the device, as stored."""

    pixels: UInt8[Array, "b h w c"]
    sizes: Int32[Array, "b 2"]
    labels: Int32[Array, " b"]


Order = Callable[[int], "Integer[np.ndarray, ' b']"]
"""The examples of the batch at a position, counted from 0; a pure function."""


@runtime_checkable
class Split(Protocol):
    """Images that batches are gathered from."""

    def __len__(self) -> int: ...

    def gather(self, order: Order, stop: int | None = None) -> Callable[[int], Examples]:
        """The batch at a position; `stop` is past the last one that is asked for, if any is."""
        ...


class HostSplit:
    """Images in host memory: a thread gathers and sends batches while the device computes."""

    def __init__(self, images: ImageSet) -> None:
        self._images = images

    def __len__(self) -> int:
        return len(self._images)

    def gather(self, order: Order, stop: int | None = None) -> Callable[[int], Examples]:
        """See `Split`."""

        def batch(position: int) -> Examples:
            return _on_device(self._images[order(position)])

        return Lookahead(batch, stop).__getitem__


class DeviceSplit:
    """Images on the device: only positions are sent there."""

    def __init__(self, images: ImageSet) -> None:
        self._examples = _on_device(images)

    def __len__(self) -> int:
        return len(self._examples.labels)

    def gather(self, order: Order, stop: int | None = None) -> Callable[[int], Examples]:
        """See `Split`."""
        # A program of its own: as part of the augmentation's, which takes seconds to compile and
        # knows batches alone, it would have that compiled anew for every number of examples.
        return lambda position: _take(
            self._examples, jax.device_put(order(position).astype(np.int32))
        )


class Placements:
    """The splits that are on the device, the least recently used dropped beyond a limit.

    Args:
        limit_bytes: Device memory for them; by default a quarter of what there is.
    """

    def __init__(self, limit_bytes: int | None = None) -> None:
        self._limit_bytes = _default_limit_bytes() if limit_bytes is None else limit_bytes
        self._placed = WeakKeyDictionary[ImageSet, DeviceSplit]()

    def place(self, sets: Sequence[ImageSet]) -> list[Split]:
        """The `sets` of a request, on the device as far as they fit, the first of them first."""
        wanted: list[ImageSet] = []
        free = self._limit_bytes
        for images in dict.fromkeys(sets):
            if images.nbytes <= free:
                free -= images.nbytes
                wanted.append(images)
        kept = [images for images in self._placed if images not in wanted]
        while kept and sum(images.nbytes for images in kept) > free:
            del self._placed[kept.pop(0)]
        for images in wanted:
            self._placed[images] = self._placed.pop(images, None) or DeviceSplit(images)
        return [self._placed.get(images) or HostSplit(images) for images in sets]


def _default_limit_bytes() -> int:
    # A CPU does not say how much memory it has.
    statistics = jax.local_devices()[0].memory_stats() or {}
    return statistics.get("bytes_limit", 16 << 30) // 4


def _on_device(images: ImageSet) -> Examples:
    pixels = np.asarray(images.pixels)
    return Examples(*jax.device_put((pixels, images.sizes, images.labels)))


@jax.jit
def _take(examples: Examples, index: Int32[Array, " b"]) -> Examples:
    # Every index is an example's, which spares the check.
    return Examples(*(array.at[index].get(mode="promise_in_bounds") for array in examples))
