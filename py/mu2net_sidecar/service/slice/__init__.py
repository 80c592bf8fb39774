"""A slice: several hosts with accelerators that are one worker.

The processes of a slice compute the same requests in lockstep, each on its own devices. The lead,
on the first host, is the worker that the broker knows. The others follow it.
"""

from mu2net_sidecar.service.slice._follower import follow
from mu2net_sidecar.service.slice._lead import Lead
from mu2net_sidecar.service.slice._options import SliceOptions, join_slice

__all__ = ["Lead", "SliceOptions", "follow", "join_slice"]
