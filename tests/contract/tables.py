"""Prints as JSON the tables that the sidecar and the controller both have."""

import json

from mu2net_sidecar.checkpoint.layouts import SIZES
from mu2net_sidecar.data.tfds import VTAB_LABELLINGS

print(json.dumps({"sizes": SIZES, "vtab": sorted(VTAB_LABELLINGS)}))
