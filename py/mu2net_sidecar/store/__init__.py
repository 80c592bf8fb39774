"""The component store: immutable tensors, named by the hash of their bytes."""

from mu2net_sidecar.store._store import Store

__all__ = ["Store"]
