"""The component store: immutable tensors, named by the hash of their bytes.

- `Store` reads and writes tensors; `Objects` is the port behind it.
- `LocalObjects` is a folder: mapped files, durable writes.
- `RelayObjects` is a folder that only the controller reaches.
- `RemoteObjects` is any fsspec URL, read through a `Cache` on this machine.
"""

from mu2net_sidecar.store._cache import Cache
from mu2net_sidecar.store._objects import StoredFile
from mu2net_sidecar.store._relay import Part, Relay
from mu2net_sidecar.store._store import Store

__all__ = ["Cache", "Part", "Relay", "Store", "StoredFile"]
