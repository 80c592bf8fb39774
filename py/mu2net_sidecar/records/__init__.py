"""Writes what a run recorded in the formats of other tools, with the libraries that own them.

`python -m mu2net_sidecar.records` reads a request of the controller and writes its tables. Only the
library of the requested format is imported.
"""

from mu2net_sidecar.records._request import Column, Request, Table
from mu2net_sidecar.records._write import write

__all__ = ["Column", "Request", "Table", "write"]
