"""A component in its place in a path, before it is on a device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mu2net_sidecar.model import Params

HostParams = Mapping[str, np.ndarray]
"""Arrays of a component in host memory, in the layout of the store."""


@dataclass(frozen=True)
class PathComponent:
    """A component in its place in a path.

    Attributes:
        name: e.g. `encoderblock_3`.
        load: reads its parameters. Nobody may write to the arrays that it returns.
        key: a digest, say: equal keys promise that `load` returns equal arrays. Frozen components
            of equal keys share one copy on the device. None: not shared.
        trainable: whether the child trains it.
        load_trace: reads the momentum trace that training continues. None: zeros.
    """

    name: str
    load: Callable[[], Params]
    key: str | None = None
    trainable: bool = False
    load_trace: Callable[[], Params] | None = None
