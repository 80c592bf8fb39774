"""The component store: immutable tensors, named by the hash of their bytes.

- `Store` reads and writes tensors; `Objects` is the port behind it.
- `LocalObjects` is a folder: mapped files, durable writes.
- `RelayObjects` is a folder that only the controller reaches.
- `pack` stores files as objects, and `unpack` writes them again.
- `open_objects` opens the place that a URL names.
- `readable_schemes` says which URLs can be opened.
- `RemoteObjects` is any fsspec URL, read through a `Cache` on this machine.
"""

from mu2net_sidecar.store._cache import Cache, default_cache
from mu2net_sidecar.store._objects import Objects, StoredFile
from mu2net_sidecar.store._open import open_objects
from mu2net_sidecar.store._pack import FileToPack, Pieces, pack, unpack
from mu2net_sidecar.store._parts import Part, PartReader
from mu2net_sidecar.store._relay import Relay, RelayObjects
from mu2net_sidecar.store._schemes import readable_schemes
from mu2net_sidecar.store._store import Store

__all__ = [
    "Cache",
    "FileToPack",
    "Objects",
    "Part",
    "PartReader",
    "Pieces",
    "Relay",
    "RelayObjects",
    "Store",
    "StoredFile",
    "default_cache",
    "open_objects",
    "pack",
    "readable_schemes",
    "unpack",
]
