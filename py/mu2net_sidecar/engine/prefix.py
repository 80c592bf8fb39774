"""The frozen prefixes of the paths of a cohort, each computed once of a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise

import jax

from mu2net_sidecar.engine.engine import Stage
from mu2net_sidecar.engine.prefix_cache import Kept, KeptByExample
from mu2net_sidecar.engine.roles import Role


def prefixes_of(stages: Sequence[Stage]) -> list[str]:
    """Names of the prefixes of a path, shortest first: equal names, equal functions.

    As far as the path is frozen from its input on, and of components that other paths can share.
    """
    names, name = [], ""
    for stage in stages:
        if stage.role is not Role.FORWARD or stage.key is None:
            break
        name = sha256(f"{name} {stage.key}".encode()).hexdigest()
        names.append(name)
    return names


class Forks:
    """Where the paths of a cohort part.

    Args:
        paths: on the device.
    """

    def __init__(self, paths: Sequence[Sequence[Stage]]) -> None:
        prefixes = [prefixes_of(stages) for stages in paths]
        users = Counter(name for names in prefixes for name in names)
        steps = Counter(pair for names in prefixes for pair in pairwise(names))
        together = Counter({name: 0 for name in users})
        for (name, _), count in steps.items():
            together[name] = max(together[name], count)
        self.ends = frozenset(names[-1] for names in prefixes if names)
        """Prefixes after which a path trains."""
        self.shared = frozenset(n for n in users if users[n] > max(1, together[n]))
        """Prefixes of several paths that do not all go on alike."""


class Entrance:
    """Where a batch enters the paths of a cohort.

    Args:
        forks: of the cohort.
        images: f32 (batch, size, size, 3).
        kept: what is known of the batch, and where more of it is kept. None: nothing is.
    """

    def __init__(
        self, forks: Forks, images: jax.Array, kept: Kept | KeptByExample | None = None
    ) -> None:
        self._forks = forks
        self._images = images
        self._kept = kept
        self._shared: dict[str, jax.Array] = {}

    def enter(
        self, stages: Sequence[Stage], prefixes: Sequence[str]
    ) -> tuple[jax.Array, Sequence[Stage]]:
        """The output of a path's frozen prefix, and what of the path comes after it.

        Args:
            stages: the path.
            prefixes: their names, as of `prefixes_of`.
        """
        depth, x = self._deepest(prefixes)
        for stage, name in zip(stages[depth:], prefixes[depth:], strict=False):
            x = stage.programs.forward(stage.params, x)
            if name in self._forks.shared:
                self._shared[name] = x
            if self._kept is not None and name in self._forks.ends:
                self._kept.put(name, x)
        return x, stages[len(prefixes) :]

    def _deepest(self, prefixes: Sequence[str]) -> tuple[int, jax.Array]:
        for depth in range(len(prefixes), 0, -1):
            name = prefixes[depth - 1]
            x = self._shared.get(name)
            if x is None and self._kept is not None:
                x = self._kept.get(name)
                if x is not None and name in self._forks.shared:
                    self._shared[name] = x
            if x is not None:
                return depth, x
        return 0, self._images
