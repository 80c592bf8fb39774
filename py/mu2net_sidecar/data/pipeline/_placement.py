"""Where the images of a split lie when batches are gathered from them: host or device memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

import jax
import numpy as np

from mu2net_sidecar.data.images import ImageSet
from mu2net_sidecar.data.pipeline._lookahead import Lookahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Array, Int32, Integer, UInt8


class Examples(NamedTuple):
    """Images and labels on the device, as stored.

    Attributes:
        pixels: Canvases; c is 1 or 3.
        sizes: True height and width of each image on its canvas, pixels.
        labels: Class of each image.
    """

    pixels: UInt8[Array, "b h w c"]
    sizes: Int32[Array, "b 2"]
    labels: Int32[Array, " b"]


Order = Callable[[int], "Integer[np.ndarray, ' b']"]
"""Returns the examples of the batch at a position, counted from 0; a pure function."""


@runtime_checkable
class Split(Protocol):
    """Images that batches are gathered from."""

    def __len__(self) -> int: ...

    def gather(self, order: Order, stop: int | None = None) -> Callable[[int], Examples]:
        """Returns a function that gathers the batch at a position.

        Args:
            order: Examples of each batch.
            stop: Position past the last batch; None when there is no last one.
        """
        ...


class HostSplit:
    """Images on the host: a thread gathers and sends batches while the device computes."""

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
    """Images on the device: only the positions of a batch are sent there."""

    def __init__(self, images: ImageSet) -> None:
        self._examples = _on_device(images)

    def __len__(self) -> int:
        return len(self._examples.labels)

    def gather(self, order: Order, stop: int | None = None) -> Callable[[int], Examples]:
        """See `Split`."""
        # A separate program: its shape depends on the number of examples. As part of the
        # augmentation, which takes seconds to compile, it would recompile that for each data set.
        return lambda position: _take(
            self._examples, jax.device_put(order(position).astype(np.int32))
        )


class Placements:
    """The splits on the device; beyond a limit, those not used for longest are dropped.

    Args:
        limit_bytes: Device memory for them; None for a quarter of what the device has.
    """

    def __init__(self, limit_bytes: int | None = None) -> None:
        self._limit_bytes = _default_limit_bytes() if limit_bytes is None else limit_bytes
        self._placed = WeakKeyDictionary[ImageSet, DeviceSplit]()

    def place(self, sets: Sequence[ImageSet]) -> list[Split]:
        """Returns the sets of a request as splits, on the device as far as they fit, in order."""
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
    # A CPU does not report its memory.
    statistics = jax.local_devices()[0].memory_stats() or {}
    return statistics.get("bytes_limit", 16 << 30) // 4


def _on_device(images: ImageSet) -> Examples:
    pixels = np.asarray(images.pixels)
    return Examples(*jax.device_put((pixels, images.sizes, images.labels)))


@jax.jit
def _take(examples: Examples, index: Int32[Array, " b"]) -> Examples:
    # Every index is that of an example, so no bounds check is needed.
    return Examples(*(array.at[index].get(mode="promise_in_bounds") for array in examples))
