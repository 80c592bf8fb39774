"""The component store: immutable tensors, named by the hash of their bytes.

- `Store` reads and writes tensors; `Objects` is the port behind it.
- `LocalObjects` is a folder: mapped files, durable writes.
- `RelayObjects` is a folder that only the controller reaches.
- `unpack` writes files whose contents are objects.
- `RemoteObjects` is any fsspec URL, read through a `Cache` on this machine.
"""

from mu2net_sidecar.store._cache import Cache, default_cache
from mu2net_sidecar.store._objects import StoredFile
from mu2net_sidecar.store._pack import unpack
from mu2net_sidecar.store._relay import Part, Relay, RelayObjects
from mu2net_sidecar.store._store import Store

__all__ = [
    "Cache",
    "Part",
    "Relay",
    "RelayObjects",
    "Store",
    "StoredFile",
    "default_cache",
    "unpack",
]
