"""Images decoded by all processors."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from mu2net_sidecar.data.decode import fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np

T = TypeVar("T")


def decode_all(items: Iterable[T], decode: Callable[[T], np.ndarray]) -> list[np.ndarray]:
    """The pixels that `decode` gives of each item, uint8 (h, w, c), in order, none too large.

    Raises:
        SidecarError: What `decode` raises.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda item: fitted(decode(item)), items))
