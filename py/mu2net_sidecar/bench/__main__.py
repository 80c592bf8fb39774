"""`python -m mu2net_sidecar.bench`: measures the rows of the table of goals."""

from __future__ import annotations

import sys

from mu2net_sidecar.bench import main

sys.exit(main())
