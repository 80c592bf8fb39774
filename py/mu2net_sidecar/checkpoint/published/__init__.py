"""Systems that the papers' notebooks saved.

`mu2Net.ipynb` saves a whole system in each state; `mu3Net.ipynb` has agents that save their own
components and paths. Both write CSV tables and flax's msgpack.
"""

from mu2net_sidecar.checkpoint.published._components import PublishedComponent
from mu2net_sidecar.checkpoint.published._read import read_published
from mu2net_sidecar.checkpoint.published._system import PublishedState, PublishedSystem

__all__ = ["PublishedComponent", "PublishedState", "PublishedSystem", "read_published"]
