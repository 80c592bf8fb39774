"""A path's frozen prefix: its keys, and its output for a batch, computed once per cohort."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

import jax

from mu2net_sidecar.engine._stage import Stage
from mu2net_sidecar.engine.prefix._cached_batch import CachedBatch, CachedExamples
from mu2net_sidecar.engine.prefix._forks import Forks
from mu2net_sidecar.engine.programs import Role

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float


def prefix_keys_of(stages: Sequence[Stage]) -> list[str]:
    """Returns a key per frozen prefix of a path: equal keys promise equal functions.

    With k_i the key of stage i, the key of the prefix of the first i stages is the hash chain
    h_i = sha256(h_{i−1}, k_i), h_0 empty. The prefix ends before the first stage that trains, or
    that other paths cannot share.

    Returns:
        h_1, h_2, …: shortest prefix first.
    """
    keys, key = [], ""
    for stage in stages:
        if stage.role is not Role.FORWARD or stage.key is None:
            break
        key = sha256(f"{key} {stage.key}".encode()).hexdigest()
        keys.append(key)
    return keys


class PrefixPass:
    """The forward pass of one batch through the frozen prefixes of a cohort.

    Args:
        forks: those of the cohort.
        images: the batch, f32.
        cached: what the prefix cache knows of the batch. None: the batch is not cached.
    """

    def __init__(
        self,
        forks: Forks,
        images: Float[Array, "batch height width 3"],
        cached: CachedBatch | CachedExamples | None = None,
    ) -> None:
        self._forks = forks
        self._images = images
        self._cached = cached
        self._shared: dict[str, jax.Array] = {}

    def run(
        self, stages: Sequence[Stage], keys: Sequence[str]
    ) -> tuple[Float[Array, " batch *rest"], Sequence[Stage]]:
        """Computes the output of a path's frozen prefix, from the deepest known output on.

        Args:
            stages: the path.
            keys: its prefix keys.

        Returns:
            The output of the prefix, and the stages that come after it.
        """
        depth, x = self._deepest(keys)
        for stage, key in zip(stages[depth:], keys[depth:], strict=False):
            x = stage.programs.forward(stage.params, x)
            if key in self._forks.shared:
                self._shared[key] = x
            if self._cached is not None and key in self._forks.ends:
                self._cached.put(key, x)
        return x, stages[len(keys) :]

    def _deepest(self, keys: Sequence[str]) -> tuple[int, jax.Array]:
        for depth in range(len(keys), 0, -1):
            key = keys[depth - 1]
            x = self._shared.get(key)
            if x is None and self._cached is not None:
                x = self._cached.get(key)
                if x is not None and key in self._forks.shared:
                    self._shared[key] = x
            if x is not None:
                return depth, x
        return 0, self._images
