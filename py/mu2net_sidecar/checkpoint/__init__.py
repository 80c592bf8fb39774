"""Models in the file formats of others: in as root models, out for serving."""

from mu2net_sidecar.checkpoint.export import export_model
from mu2net_sidecar.checkpoint.published import read_published
from mu2net_sidecar.checkpoint.root import read_root

__all__ = ["export_model", "read_published", "read_root"]
