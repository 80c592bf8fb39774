"""Where the paths of a cohort part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise


class Forks:
    """Prefixes of a cohort's paths whose outputs are worth keeping.

    Args:
        keys: the prefix keys of each path, shortest prefix first.

    Attributes:
        ends: each path's longest frozen prefix: what comes after it trains.
        shared: prefixes of several paths that do not all continue alike.
    """

    def __init__(self, keys: Sequence[Sequence[str]]) -> None:
        users = Counter(key for prefixes in keys for key in prefixes)
        alike = dict.fromkeys(users, 0)
        for (key, _), count in Counter(p for prefixes in keys for p in pairwise(prefixes)).items():
            alike[key] = max(alike[key], count)
        self.ends = frozenset(prefixes[-1] for prefixes in keys if prefixes)
        self.shared = frozenset(key for key in users if users[key] > max(1, alike[key]))
