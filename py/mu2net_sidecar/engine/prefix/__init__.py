"""Frozen prefixes of paths: computed once per batch, and kept on the device."""

from mu2net_sidecar.engine.prefix._batch_keys import BatchKeys, ExampleKeys
from mu2net_sidecar.engine.prefix._cache import PrefixCache
from mu2net_sidecar.engine.prefix._cached_batch import CachedBatch, CachedExamples
from mu2net_sidecar.engine.prefix._forks import Forks
from mu2net_sidecar.engine.prefix._prefix import PrefixPass, prefix_keys_of

__all__ = [
    "BatchKeys",
    "CachedBatch",
    "CachedExamples",
    "ExampleKeys",
    "Forks",
    "PrefixCache",
    "PrefixPass",
    "prefix_keys_of",
]
