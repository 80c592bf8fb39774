"""Starts a worker: `python -m mu2net_sidecar --connect tcp://127.0.0.1:5555 --name local-0`."""

from __future__ import annotations

import sys

from mu2net_sidecar.service import main

sys.exit(main())
