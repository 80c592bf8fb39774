"""A real Ray cluster of several nodes on this machine; commands come on the input, line by line."""

import json
import os
import sys

from ray.cluster_utils import Cluster

NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}

cluster = Cluster(
    initialize_head=True,
    head_node_args={**NODE, "num_cpus": 0, "include_dashboard": False},
)
PLAIN = {**NODE, "resources": {"plain": 1}}
nodes = [cluster.add_node(**PLAIN) for _ in range(2)]
# Two machines of a TPU slice, as Ray describes them; nobody computes on their chips.
os.environ["TPU_NAME"] = "slice"
for host in range(2):
    labels = {
        "ray.io/tpu-slice-name": "slice",
        "ray.io/tpu-worker-id": str(host),
        "ray.io/tpu-pod-type": "v4-16",
        "ray.io/tpu-topology": "2x2x2",
    }
    head = {"TPU-v4-16-head": 1} if host == 0 else {}
    cluster.add_node(**{**NODE, "resources": {"TPU": 4, **head}, "labels": labels})
cluster.wait_for_nodes()
print(json.dumps({"address": cluster.address}), flush=True)
for line in sys.stdin:
    if line.strip() == "replace":
        nodes.append(cluster.add_node(**PLAIN))
        cluster.remove_node(nodes.pop(0), allow_graceful=False)
        print(json.dumps({"replaced": True}), flush=True)
cluster.shutdown()
